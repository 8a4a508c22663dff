import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * EU DSS: does each file hold signatures that pass the validation of ETSI EN 319 102-1, and of which PAdES level?
 * Arguments: the folder with roots and revocation lists, then the files. Never asks a network.
 */
final class Dss {
    private Dss() {}

    public static void main(String[] arguments) throws IOException {
        CertificateVerifier verifier = verifier(Path.of(arguments[0]));
        for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
            judge(Path.of(file), verifier);
        }
    }

    private static CertificateVerifier verifier(Path trust) throws IOException {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        for (Path file : files(trust, ".pem")) {
            CertificateToken root = DSSUtils.loadCertificate(file.toFile());
            roots.addCertificate(root);
        }
        List<InputStream> lists = new ArrayList<>();
        for (Path file : files(trust, ".crl")) {
            lists.add(Files.newInputStream(file));
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots);
        verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(InputStream[]::new)));
        // What a file does not bring and the folder does not hold is not fetched.
        verifier.setAIASource(null);
        verifier.setOcspSource(null);
        return verifier;
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private static void judge(Path file, CertificateVerifier verifier) {
        Opinion opinion = new Opinion("EU DSS", file);
        try {
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file.toFile()));
            validator.setCertificateVerifier(verifier);
            Reports reports = validator.validateDocument();
            report(opinion, reports);
        } catch (Exception error) {
            opinion.object(error.toString());
        }
        opinion.say();
    }

    private static void report(Opinion opinion, Reports reports) {
        SimpleReport report = reports.getSimpleReport();
        DiagnosticData diagnosis = reports.getDiagnosticData();
        if (report.getSignatureIdList().isEmpty()) {
            opinion.object("no signature");
        }
        for (String id : report.getSignatureIdList()) {
            opinion.fact("level", report.getSignatureFormat(id));
            opinion.fact("indication", report.getIndication(id));
            if (report.getIndication(id) != Indication.TOTAL_PASSED) {
                opinion.object(report.getIndication(id) + " " + report.getSubIndication(id));
                report.getAdESValidationErrors(id).forEach(why -> opinion.object(why.getValue()));
            }
            report.getAdESValidationWarnings(id)
                    .forEach(why -> opinion.fact("warning: " + why.getKey(), why.getValue()));
            SignatureWrapper signature = diagnosis.getSignatureById(id);
            if (signature.arePdfModificationsDetected()) {
                opinion.object("changed after signing");
            }
        }
        for (TimestampWrapper stamp : diagnosis.getTimestampList()) {
            opinion.fact("time stamp " + stamp.getType(), report.getIndication(stamp.getId()));
        }
    }
}
