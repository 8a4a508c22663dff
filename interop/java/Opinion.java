import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one judge says of one file: a line of JSON on the standard output, for judges.py to compare. */
final class Opinion {
    /** Libraries print what they like to System.out; only opinions may stand on ours. */
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    static {
        System.setOut(System.err);
    }

    private final String judge;
    private final String file;
    private boolean accepted = true;
    private final List<String> objections = new ArrayList<>();
    private final Map<String, String> facts = new LinkedHashMap<>();

    Opinion(String judge, Path file) {
        this.judge = judge;
        this.file = file.toString();
    }

    /** Objects, and says why; whoever never objects accepts. */
    Opinion object(String why) {
        accepted = false;
        objections.add(why);
        return this;
    }

    /** Something that the judge found out and that is neither good nor bad in itself. */
    Opinion fact(String name, Object value) {
        facts.put(name, String.valueOf(value));
        return this;
    }

    void say() {
        StringBuilder line = new StringBuilder("{");
        line.append("\"judge\":").append(quoted(judge));
        line.append(",\"file\":").append(quoted(file));
        line.append(",\"accepted\":").append(accepted);
        line.append(",\"objections\":[");
        String comma = "";
        for (String why : objections) {
            line.append(comma).append(quoted(why));
            comma = ",";
        }
        line.append("],\"facts\":{");
        comma = "";
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            line.append(comma).append(quoted(fact.getKey())).append(':').append(quoted(fact.getValue()));
            comma = ",";
        }
        OUT.println(line.append("}}"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
