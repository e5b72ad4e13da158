// Every flaw of the catalogue against a client: here Java's own HttpsURLConnection. Put yours in place of `call`.
// One file: java Catalogue.java
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

public class Catalogue {
    final Path catalogue;
    final Map<String, Object> manifest;
    final Path kitFolder;
    final Map<String, Object> kit;
    final Map<String, String> sessions = new HashMap<>();

    public static void main(String[] arguments) throws Exception {
        String mockorg = Optional.ofNullable(System.getenv("MOCKORG")).orElse("mockorg");
        Path work = Files.createTempDirectory("mockorg-catalogue-");
        Path catalogue = work.resolve("catalogue"), kit = work.resolve("kit"), log = work.resolve("org.log");
        var certs = new ProcessBuilder(mockorg, "certs", "--catalogue", "--out", catalogue.toString());
        if (certs.redirectOutput(log.toFile()).start().waitFor() != 0) throw new IOException("no catalogue");
        var command = new ArrayList<>(List.of(mockorg, "serve", "--catalogue", catalogue.toString(), "--kit", kit.toString()));
        for (String door : List.of("standard", "mutual", "proxy", "admin")) command.add("--" + door + "-port=0");
        command.add("--until-stdin-closes");
        Process org = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            for (int left = 600; !Files.exists(kit.resolve("kit.json")); left--) {
                if (!org.isAlive() || left == 0) throw new IOException(Files.readString(log));
                Thread.sleep(50);
            }
            System.exit(new Catalogue(catalogue, kit).run());
        } finally {
            org.getOutputStream().close();
            org.waitFor();
            try (Stream<Path> files = Files.walk(work)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
    }

    Catalogue(Path catalogue, Path kitFolder) throws Exception {
        this.catalogue = catalogue;
        this.kitFolder = kitFolder;
        manifest = new Json(Files.readString(catalogue.resolve("manifest.json"))).object();
        kit = new Json(Files.readString(kitFolder.resolve("kit.json"))).object();
        for (var user : list(manifest, "users")) sessions.put(text(user, "kind"), login(user));
    }

    /** How it ended for the shell: 0 if every call ended as the manifest expects. */
    int run() throws Exception {
        int right = 0, wrong = 0, unable = 0;
        for (var flaw : list(manifest, "flaws")) {
            for (var row : list(flaw, "expected")) {
                String expected = switch (text(row, "outcome")) {
                    case "alert" -> "alert " + text(map(row, "alert"), "name");
                    case "granted" -> "200";
                    default -> row.get("status") + " " + text(row, "error_code");
                };
                String found = call(flaw, row);
                // what not every client can offer, the JDK may not take, or keep to itself
                if (found.equals(expected)) right++;
                else if (!text(flaw, "offered").equals("by-any")) unable++;
                else {
                    wrong++;
                    System.out.printf("FAILED  %s %s %s %s: expected %s, found %s; %s%n", text(flaw, "id"),
                            text(row, "door"), text(row, "user"), text(row, "tls"), expected, found, text(row, "why"));
                }
            }
        }
        System.out.printf("%d as expected, %d not, %d beyond this client%n", right, wrong, unable);
        return wrong == 0 ? 0 : 1;
    }

    /** One call: the name of the alert that ended it, or status and errorCode. */
    String call(Map<String, Object> flaw, Map<String, Object> row) throws Exception {
        SSLContext context;
        try {
            context = context(text(row, "tls"), identity(text(flaw, "cert"), text(flaw, "key")));
        } catch (java.security.GeneralSecurityException cause) {
            return "not loaded: " + cause.getMessage();
        }
        var connection = open(text(kit, text(row, "door") + "_url") + text(manifest, "call"), context);
        connection.setRequestProperty("Authorization", "Bearer " + sessions.get(text(row, "user")));
        try {
            int status = connection.getResponseCode();
            if (status == 200) return "200";
            return status + " " + new Json(read(connection.getErrorStream())).array().get(0).get("errorCode");
        } catch (SSLException cause) {
            var alert = java.util.regex.Pattern.compile("Received fatal alert: (\\w+)").matcher(String.valueOf(cause.getMessage()));
            return alert.find() ? "alert " + alert.group(1) : cause.toString();
        } catch (IOException cause) {
            return cause.toString();
        } finally {
            connection.disconnect();
        }
    }

    String login(Map<String, Object> user) throws Exception {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "password");
        for (String key : List.of("client_id", "client_secret")) form.put(key, text(manifest, key));
        for (String key : List.of("username", "password")) form.put(key, text(user, key));
        var parts = form.entrySet().stream().map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8));
        var connection = open(text(kit, "standard_url") + "/services/oauth2/token", context("1.3", new KeyManager[0]));
        connection.setDoOutput(true);
        connection.getOutputStream().write(String.join("&", parts.toList()).getBytes(StandardCharsets.UTF_8));
        return text(new Json(read(connection.getInputStream())).object(), "access_token");
    }

    static HttpsURLConnection open(String url, SSLContext context) throws IOException {
        var connection = (HttpsURLConnection) new URL(url).openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setConnectTimeout(10_000);
        connection.setReadTimeout(10_000);
        return connection;
    }

    /** TLS of that version at most, which is the one that is then spoken, and trust in the org. */
    SSLContext context(String tls, KeyManager[] identity) throws java.security.GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        var ca = Files.readAllBytes(kitFolder.resolve(text(kit, "server_ca")));
        trusted.setCertificateEntry("org", CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(ca)));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLSv" + tls);
        context.init(identity, trust.getTrustManagers(), null);
        return context;
    }

    /** The certificates in the order of the file: a key store would put them into its own. */
    KeyManager[] identity(String cert, String key) throws java.security.GeneralSecurityException, IOException {
        var file = new ByteArrayInputStream(Files.readAllBytes(catalogue.resolve(cert)));
        X509Certificate[] chain = CertificateFactory.getInstance("X.509").generateCertificates(file).toArray(X509Certificate[]::new);
        byte[] der = Base64.getMimeDecoder().decode(Files.readString(catalogue.resolve(key)).replaceAll("-----.*?-----", ""));
        PrivateKey own = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(der));
        return new KeyManager[] {new X509ExtendedKeyManager() {
            @Override public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
                // asked once for every kind of key
                return List.of(types).contains(own.getAlgorithm()) ? "client" : null;
            }
            @Override public X509Certificate[] getCertificateChain(String alias) { return chain; }
            @Override public PrivateKey getPrivateKey(String alias) { return own; }
            @Override public String[] getClientAliases(String type, Principal[] issuers) { return new String[] {"client"}; }
            @Override public String chooseServerAlias(String type, Principal[] issuers, Socket socket) { return null; }
            @Override public String[] getServerAliases(String type, Principal[] issuers) { return null; }
        }};
    }

    static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> list(Map<String, Object> of, String key) { return (List<Map<String, Object>>) of.get(key); }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Map<String, Object> of, String key) { return (Map<String, Object>) of.get(key); }

    static String text(Map<String, Object> of, String key) { return (String) of.get(key); }

    /** JSON, as far as a manifest goes: the JDK has no reader of its own. */
    static final class Json {
        private final String text;
        private int at;

        Json(String text) { this.text = text; }

        @SuppressWarnings("unchecked")
        Map<String, Object> object() { return (Map<String, Object>) value(); }

        @SuppressWarnings("unchecked")
        List<Map<String, Object>> array() { return (List<Map<String, Object>>) value(); }

        private Object value() {
            switch (next()) {
                case '{' -> {
                    var object = new LinkedHashMap<String, Object>();
                    for (at++; next() != '}'; skip(',')) {
                        String key = string();
                        skip(':');
                        object.put(key, value());
                    }
                    at++;
                    return object;
                }
                case '[' -> {
                    var array = new ArrayList<>();
                    for (at++; next() != ']'; skip(',')) array.add(value());
                    at++;
                    return array;
                }
                case '"' -> { return string(); }
                default -> {
                    int start = at;
                    while (at < text.length() && ",]} \n".indexOf(text.charAt(at)) < 0) at++;
                    String word = text.substring(start, at);
                    return word.matches("-?\\d+") ? (Object) Integer.valueOf(word) : word;
                }
            }
        }

        private String string() {
            var string = new StringBuilder();
            for (next(), at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) != '\\') {
                    string.append(text.charAt(at));
                    continue;
                }
                at++;
                if (text.charAt(at) == 'u') {
                    string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
                    at += 4;
                } else {
                    int place = "bfnrt".indexOf(text.charAt(at));
                    string.append(place < 0 ? text.charAt(at) : "\b\f\n\r\t".charAt(place));
                }
            }
            at++;
            return string.toString();
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) at++;
            return text.charAt(at);
        }

        private void skip(char separator) {
            if (next() == separator) at++;
        }
    }
}
