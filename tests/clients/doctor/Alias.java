import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * A login with whatever the JDK's default key manager takes from its key store; it names no alias.
 *
 * <p>{@code java -Djavax.net.ssl.keyStore=… -Djavax.net.ssl.keyStorePassword=… Alias.java} (below mockorg doctor)
 */
public class Alias {
    public static void main(String[] args) throws Exception {
        String body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " xmlns:urn=\"urn:partner.soap.sforce.com\"><soapenv:Body><urn:login>"
                + "<urn:username>billing@acme.example</urn:username><urn:password>billing-password</urn:password>"
                + "</urn:login></soapenv:Body></soapenv:Envelope>";
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("MOCKORG_MUTUAL_URL") + "/services/Soap/u/64.0"))
                .header("Content-Type", "text/xml; charset=UTF-8")
                .header("SOAPAction", "login")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            System.err.println(response.body());
            System.exit(1);
        }
    }
}
