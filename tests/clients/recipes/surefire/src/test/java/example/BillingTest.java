package example;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.net.http.HttpResponse;
import org.junit.Test;

public class BillingTest {
    private static final String LIMITS = "/services/data/v68.0/limits";
    private final Org org = Org.get();

    @Test
    public void grantsTheUploadedCertificate() throws Exception {
        assertEquals(200, org.get("billing", org.mutual() + LIMITS, org.login()).statusCode());
    }

    @Test
    public void refusesAnyOther() throws Exception {
        for (String client : new String[] {null, "visitor"}) {
            HttpResponse<String> answer = org.get(client, org.mutual() + LIMITS, org.login());
            assertEquals(401, answer.statusCode());
            assertTrue(answer.body(), answer.body().contains("MUTUAL_AUTHENTICATION_FAILED"));
        }
    }
}
