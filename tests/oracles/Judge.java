import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Judges the chains of a file by Java's CertPathValidator, on the path that its CertPathBuilder finds among what was sent: one
 * line for each, "ID accept" or "ID refuse WHY". What they are, the one who wrote the file knows (examples/oracles).
 */
public final class Judge {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    public static void main(String[] arguments) throws Exception {
        Date now = null;
        String id = null;
        List<byte[]> sent = new ArrayList<>();
        List<byte[]> roots = new ArrayList<>();
        List<byte[]> crls = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "now" -> now = new Date(Long.parseLong(words[1]) * 1000);
                case "case" -> {
                    id = words[1];
                    sent.clear();
                    roots.clear();
                    crls.clear();
                }
                case "sent" -> sent.add(HexFormat.of().parseHex(words[1]));
                case "root" -> roots.add(HexFormat.of().parseHex(words[1]));
                case "crl" -> crls.add(HexFormat.of().parseHex(words[1]));
                case "end" -> System.out.println(id + " " + judge(sent, roots, crls, now));
                default -> throw new IllegalArgumentException(line);
            }
        }
    }

    private static String judge(List<byte[]> sent, List<byte[]> roots, List<byte[]> crls, Date now) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<Object> known = new ArrayList<>();
            for (byte[] der : sent) {
                known.add(factory.generateCertificate(new ByteArrayInputStream(der)));
            }
            X509Certificate leaf = (X509Certificate) known.get(0);
            for (byte[] der : crls) {
                known.add(factory.generateCRL(new ByteArrayInputStream(der)));
            }
            Set<TrustAnchor> anchors = new HashSet<>();
            for (byte[] der : roots) {
                X509Certificate root = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
                // what did not sign itself is no root
                if (root.getSubjectX500Principal().equals(root.getIssuerX500Principal())) {
                    anchors.add(new TrustAnchor(root, null));
                }
            }
            // what JSSE asks of a client's own certificate
            X509CertSelector client = new X509CertSelector();
            client.setCertificate(leaf);
            client.setExtendedKeyUsage(Set.of(CLIENT_AUTH));
            client.setKeyUsage(new boolean[] {true});
            PKIXBuilderParameters asked = new PKIXBuilderParameters(anchors, client);
            asked.setMaxPathLength(-1);
            prepare(asked, known, !crls.isEmpty(), now);
            var path = CertPathBuilder.getInstance("PKIX").build(asked).getCertPath();
            PKIXParameters again = new PKIXParameters(anchors);
            prepare(again, known, !crls.isEmpty(), now);
            CertPathValidator.getInstance("PKIX").validate(path, again);
            return "accept";
        } catch (Exception error) {
            Throwable cause = error;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return "refuse " + cause.getClass().getSimpleName() + ": " + String.valueOf(cause.getMessage()).split("\n")[0];
        }
    }

    private static void prepare(PKIXParameters parameters, List<Object> known, boolean revocation, Date now)
            throws Exception {
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(known)));
        parameters.setRevocationEnabled(revocation);
        parameters.setDate(now);
    }
}
