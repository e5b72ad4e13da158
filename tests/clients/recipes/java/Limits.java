import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;

/**
 * A client without a line about TLS: what it trusts and presents comes from JAVA_TOOL_OPTIONS alone.
 *
 * <p>{@code java Limits.java}, with the kit's {@code env} in the environment and a key store added to JAVA_TOOL_OPTIONS.
 */
public class Limits {
    public static void main(String[] args) throws IOException {
        String form = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret"
                + "&username=billing%40acme.example&password=billing-password";
        String login = ask(System.getenv("MOCKORG_STANDARD_URL") + "/services/oauth2/token", null, form);
        Matcher token = Pattern.compile("\"access_token\": *\"([^\"]*)\"").matcher(login);
        if (!token.find()) throw new IOException(login);
        System.out.println(ask(System.getenv("MOCKORG_MUTUAL_URL") + "/services/data/v68.0/limits", token.group(1), null));
    }

    private static String ask(String url, String token, String form) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) URI.create(url).toURL().openConnection();
        if (token != null) connection.setRequestProperty("Authorization", "Bearer " + token);
        if (form != null) {
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(form.getBytes(StandardCharsets.UTF_8));
            }
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
