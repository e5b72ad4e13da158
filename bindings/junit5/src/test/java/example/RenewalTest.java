package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A renewal with JUnit 5. The extension below is whole: copy it, or keep this file and change the tests. */
@ExtendWith(RenewalTest.Mockorg.class)
class RenewalTest {
    private final Org org;

    RenewalTest(Org org) {
        this.org = org;
    }

    @AfterEach
    void restore() throws Exception {
        org.reset();
    }

    @Test
    void theNewCertificateWorksOnceItIsUploaded() throws Exception {
        HttpClient old = org.client("billing");
        org.issue("billing");
        assertEquals(200, limits(old));
        assertEquals(401, limits(org.client("billing")));
        org.upload("Billing 2027", "billing");
        assertEquals(200, limits(org.client("billing")));
    }

    @Test
    void aRevokedOneEndsAtTheEdge() throws Exception {
        org.revoke("billing");
        IOException refused = assertThrows(IOException.class, () -> limits(org.client("billing")));
        assertTrue(refused.toString().contains("certificate_revoked"), refused.toString());
    }

    @Test
    void oneThatIsOverToo() throws Exception {
        org.advance("3650d");
        IOException refused = assertThrows(IOException.class, () -> limits(org.client("billing")));
        assertTrue(refused.toString().contains("certificate_expired"), refused.toString());
        assertTrue(org.journal("kind=handshake&outcome=refused").contains("\"expired\""));
    }

    private int limits(HttpClient client) throws Exception {
        String form = "grant_type=client_credentials&client_id=quickstart-client-id&client_secret=quickstart-secret";
        HttpRequest login = HttpRequest.newBuilder(URI.create(org.kit("standard_url") + "/services/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        String token = Org.value(org.client(null).send(login, BodyHandlers.ofString()).body(), "access_token");
        HttpRequest call = HttpRequest.newBuilder(URI.create(org.kit("mutual_url") + "/services/data/v68.0/limits"))
                .header("Authorization", "Bearer " + token)
                .build();
        return client.send(call, BodyHandlers.discarding()).statusCode();
    }

    /** Hands an {@link Org} to whoever asks for one: one for each JVM, stopped when its last test is done. */
    static final class Mockorg implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Org.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            ExtensionContext.Namespace ours = ExtensionContext.Namespace.create(Mockorg.class);
            return context.getRoot().getStore(ours).getOrComputeIfAbsent(Org.class, key -> Org.start(), Org.class);
        }
    }

    /** A running org: its kit, and the verbs of its admin door. It goes when it is closed, or when the JVM ends. */
    static final class Org implements ExtensionContext.Store.CloseableResource {
        private final Process process;
        private final Path folder;
        private final String kit;
        private final HttpClient http = HttpClient.newHttpClient();

        private Org(Process process, Path folder) throws IOException {
            this.process = process;
            this.folder = folder;
            this.kit = Files.readString(folder.resolve("kit.json"));
        }

        static Org start() {
            String binary = Objects.requireNonNullElse(System.getenv("MOCKORG"), "mockorg");
            List<String> command = new ArrayList<>(List.of(binary, "serve", "--for-tests"));
            String scenario = System.getenv("MOCKORG_SCENARIO"); // the built-in quickstart without it
            if (scenario != null) command.add(scenario);
            try {
                // its standard input closes when this JVM ends, however it ends
                Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
                CompletableFuture<Void> ready = new CompletableFuture<>();
                ready.orTimeout(30, TimeUnit.SECONDS).exceptionally(late -> {
                    process.destroyForcibly();
                    return null;
                });
                StringBuilder printed = new StringBuilder("mockorg is not ready:");
                BufferedReader lines = process.inputReader();
                for (String line; (line = lines.readLine()) != null; printed.append('\n').append(line)) {
                    if (line.startsWith("ready ") && ready.complete(null)) {
                        return new Org(process, Path.of(line.substring(6)));
                    }
                }
                throw new IllegalStateException(printed.toString());
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            if (!process.waitFor(15, TimeUnit.SECONDS)) process.destroyForcibly();
        }

        /** A string of kit.json. */
        String kit(String name) {
            return value(kit, name);
        }

        /** Trusts the org and presents this client's certificate as it is now, or none for null. */
        HttpClient client(String name) throws Exception {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            byte[] ours = Files.readAllBytes(folder.resolve(kit("server_truststore")));
            trust.init(store(ours, kit("server_truststore_password")));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            if (name == null) {
                keys.init(null, null);
            } else {
                String path = "/v1/clients/" + name + ".p12";
                HttpResponse<byte[]> p12 = admin("GET", path, null, BodyHandlers.ofByteArray());
                String password = p12.headers().firstValue("mockorg-p12-password").orElseThrow();
                keys.init(store(p12.body(), password), password.toCharArray());
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            // over HTTP/2 the JDK's client sometimes swallows the alert of a refused handshake
            return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
        }

        /** Renews a client, with a new key; nothing is uploaded. */
        void issue(String client) throws Exception {
            admin("POST", "/v1/clients/" + client + "/issue", "{}", BodyHandlers.ofString());
        }

        /** Puts a client's present certificate on its CA's CRL. */
        void revoke(String client) throws Exception {
            admin("POST", "/v1/clients/" + client + "/revoke", "{}", BodyHandlers.ofString());
        }

        /** Uploads a client's present certificate. */
        void upload(String label, String client) throws Exception {
            String body = String.format("{\"label\": \"%s\", \"client\": \"%s\"}", label, client);
            admin("POST", "/v1/certificates", body, BodyHandlers.ofString());
        }

        /** Moves the org's clock: 30d, -1h. */
        void advance(String by) throws Exception {
            admin("PUT", "/v1/clock", "{\"advance\": \"" + by + "\"}", BodyHandlers.ofString());
        }

        /** Events as JSON: {@code kind=handshake&outcome=refused}, see docs/admin.md. */
        String journal(String query) throws Exception {
            return admin("GET", "/v1/journal?" + query, null, BodyHandlers.ofString()).body();
        }

        /** Back to the scenario as loaded; sessions end. */
        void reset() throws Exception {
            admin("POST", "/v1/reset", "{}", BodyHandlers.ofString());
        }

        private <T> HttpResponse<T> admin(String method, String path, String body, HttpResponse.BodyHandler<T> as)
                throws Exception {
            HttpRequest request = HttpRequest.newBuilder(URI.create(kit("admin_url") + path))
                    .method(method, BodyPublishers.ofString(body == null ? "" : body))
                    .header("Authorization", "Bearer " + kit("admin_token"))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(30))
                    .build();
            HttpResponse<T> answer = http.send(request, as);
            if (answer.statusCode() >= 400) throw new IllegalStateException(method + " " + path + ": " + answer.body());
            return answer;
        }

        private static KeyStore store(byte[] der, String password) throws GeneralSecurityException, IOException {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(der), password.toCharArray());
            return store;
        }

        /** The first string of that name: enough for these answers; a project with a JSON library uses that. */
        static String value(String json, String name) {
            Matcher found = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(json);
            if (!found.find()) throw new IllegalArgumentException("no " + name + " in " + json);
            return found.group(1);
        }
    }
}
