package org.rhn4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.rhn4j.numbers.Engine;
import org.rhn4j.tasks.anomaly.AnomalyDetector;
import org.rhn4j.tasks.anomaly.AnomalyModel;
import org.rhn4j.tasks.failure.FailureModel;
import org.rhn4j.tasks.failure.FailurePredictor;
import org.rhn4j.tasks.forecast.Forecast;
import org.rhn4j.tasks.forecast.ForecastModel;
import org.rhn4j.tasks.forecast.ForecastWindow;
import org.rhn4j.tasks.forecast.Forecaster;
import org.rhn4j.tasks.series.ReadingOptions;
import org.rhn4j.tasks.series.Series;
import org.rhn4j.tasks.series.SeriesReader;
import org.rhn4j.tasks.series.SeriesSchema;
import org.rhn4j.tasks.text.LanguageModel;
import org.rhn4j.tasks.text.TextGenerator;

/** What a user can do wrong with things that are closed, or with several threads: one case in each JVM. */
final class Lifecycle {
    private static final double[] ROW = {1, 0.5, -0.5, 0.1};

    private final Path models;
    private final Engine engine = Engine.builder().threads(2).build();

    private Lifecycle(Path models) {
        this.models = models;
    }

    public static void main(String[] arguments) throws Exception {
        Lifecycle lifecycle = new Lifecycle(Path.of(arguments[1]));
        try {
            System.out.println("result: " + lifecycle.run(arguments[0]));
        } catch (IllegalStateException e) {
            System.out.println("refused: " + e.getMessage());
        }
    }

    private Object run(String what) throws Exception {
        return switch (what) {
            case "values-of-a-closed-model" -> {
                FailureModel model = failureModel();
                String name = model.parameters().all().iterator().next().name();
                model.close();
                model.close();
                yield Arrays.toString(model.parameters().values(name));
            }
            case "set-values-of-a-closed-model" -> {
                FailureModel model = failureModel();
                String name = model.parameters().all().iterator().next().name();
                float[] values = model.parameters().values(name);
                model.close();
                model.parameters().setValues(name, values);
                yield "set";
            }
            case "save-of-a-closed-detector" -> {
                AnomalyDetector detector = detector();
                detector.close();
                detector.close();
                detector.save(Files.createTempFile("state", ".bin"));
                yield "saved";
            }
            case "row-for-a-closed-detector" -> {
                AnomalyDetector detector = detector();
                detector.close();
                yield detector.add(9_000_000, new double[] {45, 27}, null);
            }
            case "restore-of-a-closed-detector" -> {
                AnomalyDetector detector = detector();
                Path state = Files.createTempFile("state", ".bin");
                detector.save(state);
                detector.close();
                detector.restore(state);
                yield "restored";
            }
            case "predictor-of-a-closed-model" -> {
                FailureModel model = failureModel();
                FailurePredictor predictor = model.predictor();
                model.close();
                yield predictor.add("a", ROW);
            }
            case "row-for-a-closed-predictor" -> {
                FailurePredictor predictor = failureModel().predictor();
                predictor.add("a", ROW);
                predictor.close();
                yield predictor.add("a", ROW);
            }
            case "new-predictor-of-a-closed-model" -> {
                FailureModel model = failureModel();
                model.close();
                yield model.predictor().add("a", ROW);
            }
            case "loss-of-a-closed-language-model" -> {
                LanguageModel model = LanguageModel.load(models.resolve("text-rhn"), engine);
                model.close();
                yield model.evaluate(new int[] {1, 2, 3, 1, 2, 3}).loss();
            }
            case "token-for-a-closed-generator" -> {
                TextGenerator generator =
                        LanguageModel.load(models.resolve("text-rhn"), engine).generator();
                generator.close();
                yield generator.step(1)[0];
            }
            case "forecast-of-a-closed-forecaster" -> {
                Forecaster forecaster = forecastModel().forecaster(2);
                ForecastWindow window = windows().getFirst();
                forecaster.close();
                yield forecaster.forecast(window).mean()[0];
            }
            case "forecast-on-a-closed-engine" -> {
                Forecaster forecaster = forecastModel().forecaster(2);
                ForecastWindow window = windows().getFirst();
                engine.close();
                yield forecaster.forecast(window).mean()[0];
            }
            case "model-closed-while-another-thread-evaluates" -> closedBesideEvaluations(false);
            case "engine-closed-while-another-thread-evaluates" -> closedBesideEvaluations(true);
            case "detector-closed-while-another-thread-adds" -> detectorClosedBesideRows();
            case "forecaster-shared-by-two-threads" -> sharedForecaster();
            case "predictor-shared-by-two-threads" -> sharedPredictor();
            default -> throw new IllegalArgumentException(what);
        };
    }

    private FailureModel failureModel() {
        return FailureModel.load(models.resolve("failure-rhn"), engine);
    }

    private ForecastModel forecastModel() {
        return ForecastModel.load(models.resolve("forecast-rhn"), engine);
    }

    private AnomalyDetector detector() {
        AnomalyDetector detector =
                AnomalyModel.load(models.resolve("anomaly-dt-rnn"), engine).detector();
        for (int row = 0; row < 300; row++) {
            detector.add(row, new double[] {45 + Math.sin(row), 27 + Math.cos(row)}, null);
        }
        return detector;
    }

    private List<ForecastWindow> windows() {
        Series series = new SeriesReader(SeriesSchema.of("births"), ReadingOptions.AUTOMATIC)
                .read(models.resolve("births.csv"))
                .series()
                .getFirst();
        return ForecastWindow.within(series, 60, series.length(), 7, 1);
    }

    /** Ten times: a model or its engine is closed in the middle of an evaluation by another thread. */
    private String closedBesideEvaluations(boolean closesEngine) throws InterruptedException {
        int[] ids = new int[20_000];
        Arrays.setAll(ids, i -> i % 7);
        for (int time = 0; time < 10; time++) {
            Engine own = Engine.builder().threads(2).build();
            LanguageModel model = LanguageModel.load(models.resolve("text-rhn"), own);
            AtomicInteger begun = new AtomicInteger();
            List<String> told = Collections.synchronizedList(new ArrayList<>());
            Thread evaluates = new Thread(() -> {
                try {
                    while (true) {
                        double loss = model.evaluate(ids, 4, (done, of) -> begun.incrementAndGet())
                                .loss();
                        if (!Double.isFinite(loss)) {
                            told.add("loss " + loss);
                            return;
                        }
                    }
                } catch (IllegalStateException e) {
                    told.add(e.getMessage());
                }
            });
            evaluates.start();
            while (begun.get() < 3 + time) {
                Thread.onSpinWait();
            }
            if (closesEngine) {
                own.close();
            } else {
                model.close();
            }
            evaluates.join();
            if (!told.equals(List.of(closesEngine ? "the engine is closed" : "the model is closed"))) {
                return "wrong: " + told;
            }
            model.close();
            own.close();
        }
        return "defined";
    }

    private String detectorClosedBesideRows() throws InterruptedException {
        for (int time = 0; time < 20; time++) {
            AnomalyDetector detector = detector();
            AtomicInteger added = new AtomicInteger();
            List<String> told = Collections.synchronizedList(new ArrayList<>());
            Thread adds = new Thread(() -> {
                try {
                    for (long row = 300; ; row++) {
                        detector.add(row, new double[] {45 + Math.sin(row), 27 + Math.cos(row)}, null);
                        added.incrementAndGet();
                    }
                } catch (IllegalStateException e) {
                    told.add(e.getMessage());
                }
            });
            adds.start();
            while (added.get() < 50) {
                Thread.onSpinWait();
            }
            detector.close();
            adds.join();
            if (!told.equals(List.of("the network is closed"))) {
                return "wrong: " + told;
            }
        }
        return "defined";
    }

    /** 2 000 forecasts by each of two threads are those of one. */
    private String sharedForecaster() throws InterruptedException {
        List<ForecastWindow> windows = windows();
        Forecaster forecaster = forecastModel().forecaster(1);
        List<Forecast> alone = forecaster.forecast(windows);
        AtomicInteger wrong = new AtomicInteger();
        inTwoThreads(i -> {
            int index = i % windows.size();
            if (!Arrays.equals(
                    forecaster.forecast(windows.get(index)).mean(),
                    alone.get(index).mean())) {
                wrong.incrementAndGet();
            }
        });
        return wrong + " of 4000 wrong";
    }

    private String sharedPredictor() throws InterruptedException {
        FailurePredictor predictor = failureModel().predictor();
        FailurePredictor other = failureModel().predictor();
        String alone = other.add("x", ROW).toString();
        AtomicInteger wrong = new AtomicInteger();
        inTwoThreads(i -> {
            String unit = Thread.currentThread().threadId() + "/" + i;
            if (!predictor.add(unit, ROW).toString().equals(alone)) {
                wrong.incrementAndGet();
            }
            predictor.forget(unit);
        });
        return wrong + " of 4000 wrong";
    }

    private static void inTwoThreads(java.util.function.IntConsumer work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            int first = 37 * t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2000; i++) {
                    work.accept(first + i);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
