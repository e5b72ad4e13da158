package example;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One org for each JVM that Surefire forks; it goes when the JVM goes, because its standard input closes then. */
final class Org {
    private final Path folder;
    private final String kit;

    private Org(Path folder) throws IOException {
        this.folder = folder;
        this.kit = Files.readString(folder.resolve("kit.json"));
    }

    private static final class Started {
        private static final Org ORG = start();
    }

    /** The org of this JVM, started when the first test asks for it. */
    static Org get() {
        return Started.ORG;
    }

    private static Org start() {
        try {
            Path folder = Files.createTempDirectory(Path.of("target"), "mockorg-");
            Path log = folder.resolve("org.log");
            Path ready = folder.resolve("kit/kit.json").toAbsolutePath(); // appears once every door is open
            List<String> command = new ArrayList<>(List.of(
                    env("MOCKORG", "mockorg"), "serve", env("MOCKORG_SCENARIO", "scenarios/quickstart.toml"),
                    "--kit", ready.getParent().toString(), "--until-stdin-closes"));
            for (String door : List.of("standard", "mutual", "proxy", "admin")) command.add("--" + door + "-port=0");
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!Files.exists(ready)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    process.destroy();
                    throw new IllegalStateException("mockorg did not start:\n" + Files.readString(log));
                }
                Thread.sleep(50);
            }
            return new Org(ready.getParent());
        } catch (IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    private static String env(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    String mutual() {
        return value(kit, "mutual_url");
    }

    String standard() {
        return value(kit, "standard_url");
    }

    /** Trusts the org, presents this client of the kit, or nothing. */
    HttpClient client(String name) throws GeneralSecurityException, IOException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store(value(kit, "server_truststore"), value(kit, "server_truststore_password")));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (name == null) {
            keys.init(null, null);
        } else {
            Matcher entry = Pattern.compile("\\{\\s*\"name\": *\"" + name + "\"[^}]*}").matcher(kit);
            if (!entry.find()) throw new IllegalArgumentException("no client " + name + " in the kit");
            String password = value(entry.group(), "p12_password");
            keys.init(store(value(entry.group(), "p12"), password), password.toCharArray());
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        // over HTTP/2 the JDK's client sometimes swallows the alert of a refused handshake
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context).build();
    }

    /** A session of a user who is enforced: login on the standard door succeeds. */
    String login() throws Exception {
        String form = "grant_type=password&client_id=quickstart-client-id&client_secret=quickstart-secret"
                + "&username=billing%40acme.example&password=billing-password";
        HttpRequest request = HttpRequest.newBuilder(URI.create(standard() + "/services/oauth2/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return value(client(null).send(request, HttpResponse.BodyHandlers.ofString()).body(), "access_token");
    }

    HttpResponse<String> get(String client, String url, String session) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + session)
                .timeout(Duration.ofSeconds(10))
                .build();
        return client(client).send(request, HttpResponse.BodyHandlers.ofString());
    }

    private KeyStore store(String file, String password) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            store.load(in, password.toCharArray());
        }
        return store;
    }

    /** The first string of that name: enough for a kit; a project with a JSON library uses that. */
    private static String value(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": *\"([^\"]*)\"").matcher(json);
        if (!found.find()) throw new IllegalArgumentException("no " + name + " in " + json);
        return found.group(1);
    }
}
