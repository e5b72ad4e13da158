// Package mockorg gives a test binary an org of its own. `go test ./...` runs one binary for each package, so each
// package has its org; it goes when the binary goes, because its standard input closes then.
package mockorg

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Org is a running org, as its kit describes it.
type Org struct {
	StandardURL string `json:"standard_url"`
	MutualURL   string `json:"mutual_url"`
	ServerCA    string `json:"server_ca"`
	Clients     []struct{ Name, Cert, Key string }
	folder      string
}

// Main is for TestMain: it starts an org, keeps it in *org while the package's tests run, and exits.
func Main(m *testing.M, org **Org) {
	os.Exit(run(m, org))
}

func run(m *testing.M, org **Org) int {
	folder, err := os.MkdirTemp("", "mockorg-go-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(folder)
	started, stop, err := start(folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer stop()
	*org = started
	return m.Run()
}

func start(folder string) (*Org, func(), error) {
	kit := filepath.Join(folder, "kit")
	log, err := os.Create(filepath.Join(folder, "org.log"))
	if err != nil {
		return nil, nil, err
	}
	defer log.Close()
	command := exec.Command(env("MOCKORG", "mockorg"), "serve", env("MOCKORG_SCENARIO", "scenarios/quickstart.toml"),
		"--kit", kit, "--standard-port=0", "--mutual-port=0", "--proxy-port=0", "--admin-port=0", "--until-stdin-closes")
	command.Stdout, command.Stderr = log, log
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := command.Start(); err != nil {
		return nil, nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	stop := func() {
		stdin.Close()
		<-ended
	}
	// kit.json appears once every door is open
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		select {
		case err := <-ended:
			said, _ := os.ReadFile(log.Name())
			return nil, nil, fmt.Errorf("mockorg ended: %v\n%s", err, said)
		case <-time.After(50 * time.Millisecond):
		}
		if text, err := os.ReadFile(filepath.Join(kit, "kit.json")); err == nil {
			org := &Org{folder: kit}
			return org, stop, json.Unmarshal(text, org)
		}
	}
	stop()
	return nil, nil, fmt.Errorf("mockorg is not ready after 30 s")
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// Client trusts the org and presents this client's certificate, or none if name is "".
func (org *Org) Client(t *testing.T, name string) *http.Client {
	t.Helper()
	pem, err := os.ReadFile(filepath.Join(org.folder, org.ServerCA))
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	config.RootCAs.AppendCertsFromPEM(pem)
	for _, client := range org.Clients {
		if client.Name == name {
			cert, key := filepath.Join(org.folder, client.Cert), filepath.Join(org.folder, client.Key)
			pair, err := tls.LoadX509KeyPair(cert, key)
			if err != nil {
				t.Fatal(err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
	}
	if name != "" && config.Certificates == nil {
		t.Fatalf("no client %s in the kit", name)
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 10 * time.Second}
}
