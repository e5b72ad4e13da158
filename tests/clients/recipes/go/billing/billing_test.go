package billing

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example/mockorg"
)

var org *mockorg.Org

func TestMain(m *testing.M) { mockorg.Main(m, &org) }

func login(t *testing.T) string {
	t.Helper()
	answer, err := org.Client(t, "").PostForm(org.StandardURL+"/services/oauth2/token", url.Values{
		"grant_type":    {"password"},
		"client_id":     {"quickstart-client-id"},
		"client_secret": {"quickstart-secret"},
		"username":      {"billing@acme.example"},
		"password":      {"billing-password"},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&token); err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

func call(t *testing.T, client string) (int, string) {
	t.Helper()
	request, err := http.NewRequest("GET", org.MutualURL+"/services/data/v68.0/limits", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+login(t))
	answer, err := org.Client(t, client).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestTheUploadedCertificateIsGranted(t *testing.T) {
	if status, body := call(t, "billing"); status != 200 {
		t.Errorf("%d %s", status, body)
	}
}

func TestAnyOtherIsRefused(t *testing.T) {
	for _, client := range []string{"", "visitor"} {
		status, body := call(t, client)
		if status != 401 || !strings.Contains(body, "MUTUAL_AUTHENTICATION_FAILED") {
			t.Errorf("%q: %d %s", client, status, body)
		}
	}
}
