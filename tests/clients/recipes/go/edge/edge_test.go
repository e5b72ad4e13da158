package edge

import (
	"strings"
	"testing"

	"example/mockorg"
)

var org *mockorg.Org

func TestMain(m *testing.M) { mockorg.Main(m, &org) }

func TestAChainThatDoesNotHoldEndsAtTheEdge(t *testing.T) {
	alerts := map[string]string{
		"expired":  "expired certificate",
		"revoked":  "revoked certificate",
		"unlisted": "unknown certificate authority",
	}
	for client, alert := range alerts {
		answer, err := org.Client(t, client).Get(org.MutualURL + "/services/data")
		if err == nil {
			answer.Body.Close()
			t.Errorf("%s: granted", client)
		} else if !strings.Contains(err.Error(), alert) {
			t.Errorf("%s: %v", client, err)
		}
	}
}
