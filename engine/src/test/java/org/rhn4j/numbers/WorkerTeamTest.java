package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rhn4j.OwnJvm;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkerTeamTest {
    private static final int CACHE_LINE = 16;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void run_runsEveryMemberOnce(int size) {
        try (WorkerTeam team = new WorkerTeam(size)) {
            assertThat(team.size()).isEqualTo(size);
            for (int job = 0; job < 100; job++) {
                AtomicIntegerArray runs = new AtomicIntegerArray(size);
                team.run(runs::incrementAndGet);
                for (int worker = 0; worker < size; worker++) {
                    assertThat(runs.get(worker)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void run_makesTheCallerMemberZero() {
        Thread[] members = new Thread[3];
        try (WorkerTeam team = new WorkerTeam(3)) {
            team.run(worker -> members[worker] = Thread.currentThread());
            assertThat(members).doesNotHaveDuplicates();
            assertThat(members[0]).isSameAs(Thread.currentThread());
        }
    }

    /**
     * Members write plain fields before a barrier and read all others' after it. A barrier that lets one through early,
     * or does not publish what was written, shows as a value of another round.
     */
    @ParameterizedTest(name = "{0} members, {1} rounds")
    @CsvSource({"1, 1000", "2, 30000", "3, 1000", "5, 200", "9, 50"})
    void barrier_separatesRounds(int size, int rounds) {
        int[] written = new int[size * CACHE_LINE];
        int[] wrong = new int[size * CACHE_LINE];
        try (WorkerTeam team = new WorkerTeam(size)) {
            team.run(worker -> {
                for (int round = 1; round <= rounds; round++) {
                    written[worker * CACHE_LINE] = round;
                    team.barrier();
                    for (int other = 0; other < size; other++) {
                        if (written[other * CACHE_LINE] != round) {
                            wrong[worker * CACHE_LINE]++;
                        }
                    }
                    team.barrier();
                }
            });
        }
        assertThat(wrong).containsOnly(0);
        for (int worker = 0; worker < size; worker++) {
            assertThat(written[worker * CACHE_LINE]).isEqualTo(rounds);
        }
    }

    /** A sum that is exact only if no member is ever a round ahead: each round reads what the others wrote in the last. */
    @Test
    void barrier_keepsUnequalMembersTogether() {
        int size = 3;
        long[] values = new long[size * CACHE_LINE];
        try (WorkerTeam team = new WorkerTeam(size)) {
            team.run(worker -> {
                for (int round = 0; round < 300; round++) {
                    long next = 1;
                    for (int other = 0; other < size; other++) {
                        next += values[other * CACHE_LINE];
                    }
                    if (round % size == worker && round % 20 == 0) {
                        Thread.onSpinWait();
                        sleep(1);
                    }
                    team.barrier();
                    values[worker * CACHE_LINE] = next % 1_000_003;
                    team.barrier();
                }
            });
        }
        long expected = 0;
        for (int round = 0; round < 300; round++) {
            expected = (1 + size * expected) % 1_000_003;
        }
        for (int worker = 0; worker < size; worker++) {
            assertThat(values[worker * CACHE_LINE]).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "2, 1", "3, 0", "3, 2", "5, 3"})
    void failureOfAMember_surfacesAndTheTeamStillWorks(int size, int failing) {
        try (WorkerTeam team = new WorkerTeam(size)) {
            for (int time = 0; time < 50; time++) {
                RuntimeException failure = new IllegalArgumentException("member " + failing);
                int barriers = time % 3;
                assertThatThrownBy(() -> team.run(worker -> {
                            for (int i = 0; i < barriers; i++) {
                                team.barrier();
                            }
                            if (worker == failing) {
                                throw failure;
                            }
                            team.barrier();
                            team.barrier();
                        }))
                        .isSameAs(failure);

                AtomicInteger finished = new AtomicInteger();
                team.run(worker -> {
                    team.barrier();
                    finished.incrementAndGet();
                    team.barrier();
                });
                assertThat(finished).hasValue(size);
            }
        }
    }

    @Test
    void errorOfAMember_surfacesAsItself() {
        try (WorkerTeam team = new WorkerTeam(2)) {
            Error error = new OutOfMemoryError("for a test");
            assertThatThrownBy(() -> team.run(worker -> {
                        if (worker == 1) {
                            throw error;
                        }
                    }))
                    .isSameAs(error);
        }
    }

    @Test
    void failuresOfSeveralMembers_surfaceAsOneOfThem() {
        try (WorkerTeam team = new WorkerTeam(3)) {
            assertThatThrownBy(() -> team.run(worker -> {
                        throw new IllegalStateException("member " + worker);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageMatching("member [012]");
        }
    }

    /** Members park after a while without a job. */
    @Test
    void run_afterAPause_wakesTheMembers() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerTeam team = new WorkerTeam(3)) {
            for (int time = 0; time < 5; time++) {
                team.run(worker -> {
                    runs.incrementAndGet();
                    team.barrier();
                });
                sleep(30);
            }
        }
        assertThat(runs).hasValue(15);
    }

    @Test
    void run_fromSeveralThreads_isOneJobAtATime() throws InterruptedException {
        int callers = 4;
        int jobs = 50;
        int[] sum = {0};
        List<Throwable> problems = Collections.synchronizedList(new ArrayList<>());
        try (WorkerTeam team = new WorkerTeam(2)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                threads.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((t, e) -> problems.add(e))
                        .start(() -> {
                            for (int job = 0; job < jobs; job++) {
                                team.run(worker -> {
                                    for (int turn = 0; turn < 2; turn++) {
                                        if (turn == worker) {
                                            sum[0]++; // plain: only one member of one job may be here
                                        }
                                        team.barrier();
                                    }
                                });
                            }
                        }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(problems).isEmpty();
        assertThat(sum[0]).isEqualTo(callers * jobs * 2);
    }

    @Test
    void run_onAnInterruptedThread_worksAndKeepsTheInterrupt() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerTeam team = new WorkerTeam(2)) {
            Thread.currentThread().interrupt();
            team.run(worker -> {
                team.barrier();
                runs.incrementAndGet();
            });
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(runs).hasValue(2);
    }

    /** Instead of a hang: a member that waited for its own job to end would wait for ever. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void run_insideAJob_isRefused(int member) {
        try (WorkerTeam team = new WorkerTeam(2)) {
            assertThatThrownBy(() -> team.run(worker -> {
                        if (worker == member) {
                            team.run(inner -> {});
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("inside a job");
            AtomicInteger runs = new AtomicInteger();
            team.run(worker -> runs.incrementAndGet());
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void close_endsTheThreadsAndMayBeRepeated() {
        Thread[] members = new Thread[3];
        WorkerTeam team = new WorkerTeam(3);
        team.run(worker -> members[worker] = Thread.currentThread());
        team.close();
        team.close();
        assertThat(members[1].isAlive()).isFalse();
        assertThat(members[2].isAlive()).isFalse();
        assertThatThrownBy(() -> team.run(worker -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void close_withoutAnyJob_ends() {
        new WorkerTeam(4).close();
    }

    @Test
    void close_duringAJob_waitsForItsEnd() throws InterruptedException {
        WorkerTeam team = new WorkerTeam(2);
        CountDownLatch running = new CountDownLatch(1);
        AtomicInteger finished = new AtomicInteger();
        Thread caller = Thread.ofPlatform()
                .start(() -> team.run(worker -> {
                    running.countDown();
                    sleep(50);
                    team.barrier();
                    finished.incrementAndGet();
                }));
        assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
        team.close();
        assertThat(finished).hasValue(2);
        caller.join();
    }

    /** It neither waits for itself nor leaves the threads behind. */
    @ParameterizedTest
    @CsvSource({"1, 0", "2, 0", "2, 1", "3, 2"})
    void close_byAMemberInsideAJob_endsTheTeamWithTheJob(int size, int member) throws InterruptedException {
        Thread[] members = new Thread[size];
        WorkerTeam team = new WorkerTeam(size);
        AtomicInteger finished = new AtomicInteger();
        team.run(worker -> {
            members[worker] = Thread.currentThread();
            if (worker == member) {
                team.close();
            }
            team.barrier();
            finished.incrementAndGet();
        });
        assertThat(finished).hasValue(size);
        for (int worker = 1; worker < size; worker++) {
            members[worker].join(10_000);
            assertThat(members[worker].isAlive()).isFalse();
        }
        assertThatThrownBy(() -> team.run(worker -> {})).hasMessage("the engine is closed");
        team.close();
    }

    /** Nothing is shared in it, so that many sessions of a small network may compute side by side. */
    @Test
    void run_ofATeamOfOne_isRunAtOnceByAllThatCall() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        List<Throwable> problems = Collections.synchronizedList(new ArrayList<>());
        try (WorkerTeam team = new WorkerTeam(1)) {
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                callers.add(Thread.ofPlatform()
                        .uncaughtExceptionHandler((t, e) -> problems.add(e))
                        .start(() -> team.run(worker -> {
                            both.countDown();
                            try {
                                assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                        })));
            }
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertThat(problems).isEmpty();
    }

    /** What a job sets on its thread is a platform thread's, and a virtual thread may change those inside a job. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void run_onAVirtualThread_computesOnPlatformThreads(int size) throws InterruptedException {
        boolean[] virtual = new boolean[size];
        AtomicInteger refused = new AtomicInteger();
        List<Throwable> problems = Collections.synchronizedList(new ArrayList<>());
        try (WorkerTeam team = new WorkerTeam(size)) {
            Thread.ofVirtual()
                    .start(() -> {
                        team.run(worker ->
                                virtual[worker] = Thread.currentThread().isVirtual());
                        try {
                            team.run(worker -> team.run(inner -> {}));
                        } catch (IllegalStateException e) {
                            refused.incrementAndGet();
                        }
                        try {
                            team.run(worker -> {
                                throw new IllegalArgumentException("for a test");
                            });
                        } catch (IllegalArgumentException e) {
                            problems.add(e);
                        }
                    })
                    .join();
        }
        assertThat(virtual).containsOnly(false);
        assertThat(refused).hasValue(1);
        assertThat(problems).singleElement().extracting(Throwable::getMessage).isEqualTo("for a test");
    }

    /** Long after spinning has given way to sleep. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMemberAsleepAtABarrier_isWokenByTheLastToCome_orByAFailure(boolean fails) {
        AtomicInteger passed = new AtomicInteger();
        try (WorkerTeam team = new WorkerTeam(3)) {
            for (int late = 0; late < 3; late++) {
                int lateOne = late;
                WorkerTeam.Job job = worker -> {
                    if (worker == lateOne) {
                        sleep(30);
                        if (fails) {
                            throw new IllegalArgumentException("for a test");
                        }
                    }
                    team.barrier();
                    passed.incrementAndGet();
                };
                if (fails) {
                    assertThatThrownBy(() -> team.run(job)).hasMessage("for a test");
                } else {
                    team.run(job);
                }
            }
        }
        assertThat(passed).hasValue(fails ? 0 : 9);
    }

    /** A thread that is interrupted cannot park, and must not spin instead. */
    @Test
    void anInterruptedMember_sleepsAtABarrierAllTheSame() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] spent = new long[1];
        try (WorkerTeam team = new WorkerTeam(2)) {
            Thread.currentThread().interrupt();
            team.run(worker -> {
                if (worker == 1) {
                    sleep(400);
                }
                long before = threads.getCurrentThreadCpuTime();
                team.barrier();
                if (worker == 0) {
                    spent[0] = threads.getCurrentThreadCpuTime() - before;
                }
            });
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(spent[0]).isLessThan(200_000_000);
    }

    /** Two members on one processor: each must give it up for the other to come to the barrier. */
    @Test
    void aTeamLargerThanTheMachine_doesNotCollapse() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/taskset")), "no taskset to bind a process by");
        OwnJvm.Ended ended = new OwnJvm().startedBy("taskset", "-c", "0").run(OnOneProcessor.class);
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    /** Divides 20 000 times 10 µs between barriers, alone and by two; fails where two take 4 times as long. */
    static final class OnOneProcessor {
        private static volatile double result;

        private OnOneProcessor() {}

        public static void main(String[] arguments) {
            seconds(1);
            double alone = seconds(1);
            seconds(2);
            double both = seconds(2);
            System.out.println("alone " + alone + " s, two members " + both + " s");
            System.exit(both < 4 * alone ? 0 : 1);
        }

        private static double seconds(int size) {
            long start = System.nanoTime();
            try (WorkerTeam team = new WorkerTeam(size)) {
                team.run(worker -> {
                    for (int i = 0; i < 20_000; i++) {
                        double x = 1;
                        for (int k = 0; k < 8000 / size; k++) {
                            x = x * 1.0000001 + 1e-9;
                        }
                        result = x;
                        team.barrier();
                    }
                });
            }
            return (System.nanoTime() - start) * 1e-9;
        }
    }

    /** Two teams, one used in the jobs of the other, as when an evaluation runs inside another network's engine. */
    @Test
    void teams_areIndependent() {
        AtomicInteger runs = new AtomicInteger();
        try (WorkerTeam outer = new WorkerTeam(2);
                WorkerTeam inner = new WorkerTeam(2)) {
            outer.run(worker -> {
                outer.barrier();
                inner.run(member -> {
                    inner.barrier();
                    runs.incrementAndGet();
                });
                outer.barrier();
            });
        }
        assertThat(runs).hasValue(4);
    }

    @Test
    void teamOfNone_isRefused() {
        assertThatThrownBy(() -> new WorkerTeam(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void sleep(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
