import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** veraPDF: is each file PDF/A-2a and PDF/UA-1, whatever it claims? One opinion a file and standard. */
final class VeraPdf {
    private VeraPdf() {}

    public static void main(String[] files) {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            judge(Path.of(file), "PDF/A-2a", PDFAFlavour.PDFA_2_A);
            judge(Path.of(file), "PDF/UA-1", PDFAFlavour.PDFUA_1);
        }
    }

    private static void judge(Path file, String standard, PDFAFlavour flavour) {
        Opinion opinion = new Opinion("veraPDF " + standard, file);
        try (InputStream bytes = Files.newInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(bytes, flavour)) {
            ValidationResult result =
                    Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
            opinion.fact("assertions", result.getTotalAssertions());
            violations(result.getTestAssertions()).forEach((rule, seen) -> opinion.object(rule + seen));
            if (!result.isCompliant() && result.getFailedChecks().isEmpty()) {
                opinion.object("not compliant: " + result.getJobEndStatus());
            }
        } catch (Exception error) {
            opinion.object(error.toString());
        }
        opinion.say();
    }

    /** Each broken rule once, with its number of places and the first of them. */
    private static Map<String, String> violations(List<TestAssertion> assertions) {
        Map<String, String> first = new TreeMap<>();
        Map<String, Integer> count = new TreeMap<>();
        for (TestAssertion assertion : assertions) {
            if (assertion.getStatus() != TestAssertion.Status.FAILED) {
                continue;
            }
            String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
            first.putIfAbsent(
                    rule,
                    said(assertion) + " at " + assertion.getLocation().getContext());
            count.merge(rule, 1, Integer::sum);
        }
        first.replaceAll((rule, seen) -> " (" + count.get(rule) + "×): " + seen);
        return first;
    }

    private static String said(TestAssertion assertion) {
        String error = assertion.getErrorMessage();
        return error == null || error.isBlank() ? assertion.getMessage() : error;
    }
}
