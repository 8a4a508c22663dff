import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Times two things in turn, after warming both up, and says the medians: one line of JSON. */
final class Meter {
    private static final int SLICES = 9;
    /** What the compiler needs until it has done its best, and no less for a short measurement. */
    private static final double WARM_UP = 5;

    private Meter() {}

    interface Work {
        int run() throws Exception;
    }

    /** Measures for so many seconds; `one` says how many bytes it made. */
    static void measure(double seconds, Work one, Work bare) throws Exception {
        rate(WARM_UP * 0.8, one);
        rate(WARM_UP * 0.2, bare);
        double[] rates = new double[SLICES];
        double[] bares = new double[SLICES];
        double[] ratios = new double[SLICES];
        for (int slice = 0; slice < SLICES; slice++) {
            rates[slice] = rate(seconds / (2 * SLICES), one);
            bares[slice] = rate(seconds / (2 * SLICES), bare);
            ratios[slice] = rates[slice] / bares[slice];
        }
        String line =
                String.format(
                        "{\"rate\":%f,\"bare\":%f,\"ratio\":%f,\"bytes\":%d}",
                        median(rates), median(bares), median(ratios), one.run());
        System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static double rate(double seconds, Work work) throws Exception {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        int done = 0;
        do {
            work.run();
            done++;
        } while (System.nanoTime() < end);
        return done * 1e9 / (System.nanoTime() - start);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
