import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Java's two HTTP clients on the mutual door, with nothing but the JDK: granted, refused by the org, refused by the edge.
 *
 * <p>{@code java Mutual.java KIT [by-proxy]}: key stores and trust store are the kit's PKCS#12 files. With {@code
 * by-proxy} the same through the proxy door, at the real service's names and ports; {@code -Dhttps.proxyHost} and {@code
 * -Dhttps.proxyPort} come from the kit's {@code JAVA_TOOL_OPTIONS}.
 */
public class Mutual {
    private static final String LIMITS = "/services/data/v68.0/limits";
    private static final String LOGIN = "/services/Soap/u/64.0";

    private enum Client {
        CONNECTION("HttpsURLConnection"),
        HTTP_CLIENT_1_1("HttpClient over HTTP/1.1"),
        HTTP_CLIENT_2("HttpClient over HTTP/2");

        private final String label;

        Client(String label) {
            this.label = label;
        }
    }

    private static Path folder;
    private static String kit;
    private static boolean failed;

    public static void main(String[] args) throws Exception {
        folder = Path.of(args.length > 0 ? args[0] : System.getenv("MOCKORG_KIT"));
        kit = Files.readString(folder.resolve("kit.json"));
        if (args.length > 1 && args[1].equals("by-proxy")) {
            String host = "https://" + value("my_domain") + ".my.salesforce.com";
            kit = kit.replace(value("standard_url"), host).replace(value("mutual_url"), host + ":8443");
            anotherOrgIsRefusedByTheProxy();
        }
        trustStoreHasAnEntry();
        for (Client client : Client.values()) {
            granted(client);
            refusedByTheOrg(client);
            // Over HTTP/2 JDK 17's HttpClient reads the alert and closes its socket, but a few times in a hundred it
            // then tells of a closed channel, or never completes: a client there needs a time-out.
            if (client != Client.HTTP_CLIENT_2) refusedByTheEdge(client);
        }
        System.exit(failed ? 1 : 0);
    }

    private static void anotherOrgIsRefusedByTheProxy() throws Exception {
        for (Client client : Client.values()) {
            String found = ask(client, presenting(null), "https://other.my.salesforce.com" + LIMITS, null, null);
            contains(client, "another org's My Domain", "403", found);
        }
    }

    /** Without the JDK's trust attribute on its certificate a PKCS#12 file looks empty to Java. */
    private static void trustStoreHasAnEntry() throws Exception {
        int entries = Collections.list(trustStore().aliases()).size();
        say(entries > 0, "the kit's trust store has an entry for Java", entries + " entries");
    }

    private static void granted(Client client) throws Exception {
        SSLContext billing = presenting("billing");
        String login = ask(client, billing, value("mutual_url") + LOGIN, null, loginBody("billing"));
        contains(client, "login with billing's certificate", "200 ", login);
        contains(client, "login: the server URL returned", "<serverUrl>" + value("standard_url") + "/", login);
        String session = between(login, "<sessionId>", "</sessionId>");
        String elsewhere = ask(client, billing, value("standard_url") + LIMITS, session, null);
        contains(client, "a call on the port returned", "MUTUAL_AUTHENTICATION_FAILED", elsewhere);
        String limits = ask(client, billing, value("mutual_url") + LIMITS, session, null);
        contains(client, "a call with billing's certificate", "200 ", limits);

        SSLContext bare = presenting(null);
        login = ask(client, bare, value("mutual_url") + LOGIN, null, loginBody("reports"));
        session = between(login, "<sessionId>", "</sessionId>");
        limits = ask(client, bare, value("mutual_url") + LIMITS, session, null);
        contains(client, "a user who is not enforced, without a certificate", "200 ", limits);
    }

    private static void refusedByTheOrg(Client client) throws Exception {
        String login = ask(client, presenting(null), value("standard_url") + LOGIN, null, loginBody("billing"));
        String session = between(login, "<sessionId>", "</sessionId>");
        for (String name : new String[] {null, "visitor"}) {
            SSLContext context = presenting(name);
            String certificate = name == null ? " without a certificate" : " with " + name + "'s certificate";
            String call = ask(client, context, value("mutual_url") + LIMITS, session, null);
            contains(client, "a call" + certificate, "401 ", call);
            contains(client, "a call" + certificate, "MUTUAL_AUTHENTICATION_FAILED", call);
            login = ask(client, context, value("mutual_url") + LOGIN, null, loginBody("billing"));
            contains(client, "login" + certificate, "MUTUAL_AUTHENTICATION_FAILED", login);
        }
    }

    private static void refusedByTheEdge(Client client) throws Exception {
        String[][] alerts = {
            {"expired", "certificate_expired"}, {"revoked", "certificate_revoked"}, {"unlisted", "unknown_ca"},
            {"server-only", "unsupported_certificate"},
        };
        for (String[] row : alerts) {
            String found = ask(client, presenting(row[0]), value("mutual_url") + LIMITS, "none", null);
            contains(client, "a call with the certificate " + row[0], row[1], found);
        }
    }

    /** A context that trusts the kit's server CA and presents this client of the kit, or none. */
    private static SSLContext presenting(String name) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trustStore());
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (name == null) {
            keys.init(null, null);
        } else {
            String entry = between(kit, Pattern.compile("\"name\":\\s*\"" + name + "\""), "}");
            String password = value(entry, "p12_password");
            keys.init(keyStore(value(entry, "p12"), password), password.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore trustStore() throws Exception {
        return keyStore(value("server_truststore"), value("server_truststore_password"));
    }

    private static KeyStore keyStore(String file, String password) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    /** One request; status and body, or what the exceptions say. */
    private static String ask(Client client, SSLContext context, String url, String session, String body) {
        try {
            return switch (client) {
                case CONNECTION -> askConnection(context, url, session, body);
                case HTTP_CLIENT_1_1 -> askHttpClient(HttpClient.Version.HTTP_1_1, context, url, session, body);
                case HTTP_CLIENT_2 -> askHttpClient(HttpClient.Version.HTTP_2, context, url, session, body);
            };
        } catch (IOException | InterruptedException error) {
            StringBuilder told = new StringBuilder();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) told.append(cause).append(" | ");
            return told.toString();
        }
    }

    private static String askHttpClient(
            HttpClient.Version version, SSLContext context, String url, String session, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (session != null) request.header("Authorization", "Bearer " + session);
        if (body != null) {
            request.header("Content-Type", "text/xml; charset=UTF-8").header("SOAPAction", "login");
            request.POST(HttpRequest.BodyPublishers.ofString(body));
        }
        HttpClient client = HttpClient.newBuilder().version(version).sslContext(context).build();
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static String askConnection(SSLContext context, String url, String session, String body) throws IOException {
        HttpsURLConnection connection = (HttpsURLConnection) new URL(url).openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        if (session != null) connection.setRequestProperty("Authorization", "Bearer " + session);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "text/xml; charset=UTF-8");
            connection.setRequestProperty("SOAPAction", "login");
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return status + " " + (in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static String loginBody(String user) {
        return "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\""
                + " xmlns:urn=\"urn:partner.soap.sforce.com\"><soapenv:Body><urn:login><urn:username>" + user
                + "@acme.example</urn:username><urn:password>" + user + "-password</urn:password></urn:login>"
                + "</soapenv:Body></soapenv:Envelope>";
    }

    private static String value(String key) {
        return value(kit, key);
    }

    /** The first string of that name in a piece of JSON: enough for a kit, whose values hold no quotes. */
    private static String value(String json, String key) {
        Matcher found = Pattern.compile("\"" + key + "\":\\s*\"([^\"]*)\"").matcher(json);
        if (!found.find()) throw new IllegalArgumentException("no " + key + " in the kit");
        return found.group(1);
    }

    private static String between(String text, String from, String to) {
        return between(text, Pattern.compile(Pattern.quote(from)), to);
    }

    private static String between(String text, Pattern from, String to) {
        Matcher start = from.matcher(text);
        if (!start.find()) throw new IllegalArgumentException("no " + from + " in " + text);
        return text.substring(start.end(), text.indexOf(to, start.end()));
    }

    private static void contains(Client client, String name, String expected, String found) {
        say(found.contains(expected), client.label + ": " + name + " -> " + expected.strip(), found);
    }

    private static void say(boolean holds, String name, String found) {
        System.out.println(holds ? "ok      " + name : "FAILED  " + name + ": found " + found);
        failed |= !holds;
    }
}
