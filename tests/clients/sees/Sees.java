// What Java's HttpClient makes of each identity; the lines of a plan on standard input. One file: java Sees.java
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

public class Sees {
    public static void main(String[] arguments) throws Exception {
        for (String line : new BufferedReader(new InputStreamReader(System.in)).lines().toList()) {
            String[] row = line.split("\t");
            String ended;
            try {
                SSLContext context = context(row[1], Path.of(row[2]), Path.of(row[3]));
                try {
                    ended = "answered\t" + call(context);
                } catch (java.io.IOException cause) {
                    ended = "failed\t" + cause;
                }
            } catch (java.security.GeneralSecurityException | RuntimeException cause) {
                ended = "unloaded\t" + cause;
            }
            System.out.println(row[0] + "\t" + row[1] + "\t" + ended.replaceAll("[\\r\\n]+", " "));
        }
        System.exit(0);
    }

    static String call(SSLContext context) throws Exception {
        // HTTP/1.1: over HTTP/2 the JDK's own race can hide the alert (docs/refusals.md)
        var client = HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(10)).build();
        var request = HttpRequest.newBuilder(URI.create(System.getenv("SEES_URL"))).timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer " + System.getenv("SEES_SESSION")).build();
        var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    static SSLContext context(String tls, Path cert, Path key) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        var ca = new ByteArrayInputStream(Files.readAllBytes(Path.of(System.getenv("SEES_CA"))));
        trusted.setCertificateEntry("org", CertificateFactory.getInstance("X.509").generateCertificate(ca));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var file = new ByteArrayInputStream(Files.readAllBytes(cert));
        var chain = CertificateFactory.getInstance("X.509").generateCertificates(file).toArray(X509Certificate[]::new);
        byte[] der = Base64.getMimeDecoder().decode(Files.readString(key).replaceAll("-----.*?-----", ""));
        var algorithm = KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm());
        var context = SSLContext.getInstance("TLSv" + tls);
        var own = algorithm.generatePrivate(new PKCS8EncodedKeySpec(der));
        context.init(new KeyManager[] {new AsInTheFile(chain, own)}, trust.getTrustManagers(), null);
        return context;
    }

    /** The certificates in the order of the file: a key store would put them into its own. */
    static class AsInTheFile extends X509ExtendedKeyManager {
        final X509Certificate[] chain;
        final PrivateKey own;

        AsInTheFile(X509Certificate[] chain, PrivateKey own) {
            this.chain = chain;
            this.own = own;
        }

        @Override public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return List.of(types).contains(own.getAlgorithm()) ? "client" : null;
        }
        @Override public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return List.of(types).contains(own.getAlgorithm()) ? "client" : null;
        }
        @Override public X509Certificate[] getCertificateChain(String alias) { return chain; }
        @Override public PrivateKey getPrivateKey(String alias) { return own; }
        @Override public String[] getClientAliases(String type, Principal[] issuers) { return new String[] {"client"}; }
        @Override public String chooseServerAlias(String type, Principal[] issuers, Socket socket) { return null; }
        @Override public String[] getServerAliases(String type, Principal[] issuers) { return null; }
    }
}
