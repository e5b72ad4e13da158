package example;

import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.Test;

public class EdgeTest {
    private final Org org = Org.get();

    @Test
    public void endsAChainThatDoesNotHold() {
        Map<String, String> alerts = Map.of(
                "expired", "certificate_expired", "revoked", "certificate_revoked", "unlisted", "unknown_ca");
        alerts.forEach((client, alert) -> {
            IOException error = assertThrows(
                    client, IOException.class, () -> org.get(client, org.mutual() + "/services/data", "none"));
            assertTrue(error.toString(), error.toString().contains(alert));
        });
    }
}
