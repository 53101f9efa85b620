package org.rhn4j.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
