package org.rhn4j.numbers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.onednn.OneDnn;

/**
 * A fixed team of threads that run one job together, each its own slice, and meet at barriers inside it.
 *
 * <p>One micro-layer of a recurrent net takes some 100 µs and the next needs all of it, so the team meets 700 times in
 * a training window of the paper's network. Parking and waking costs as much as the work; so a member that waits spins
 * first, for {@value #SPIN} ns at most, then offers its processor to others some times, and then parks. Where fewer
 * processors are free than the team has members, spinning keeps another member from working: spins that end in vain are
 * followed by waits without any, twice as many each time, and a team larger than the machine never spins.
 *
 * <p>The caller is member 0. A member runs matrix products without OpenMP and with denormals flushed to zero; the
 * caller's floating-point environment is given back after the job. Both are settings of a platform thread, so the job of
 * a virtual thread is run by a platform thread in its stead.
 *
 * <p>Any thread may call: a team runs one job at a time and lets others wait. A team of one has nothing to share, so any
 * number of threads run their jobs on it at once.
 */
public final class WorkerTeam implements AutoCloseable {
    /** One member's part of a job. */
    @FunctionalInterface
    public interface Job {
        /**
         * @param worker which member runs this, 0 ≤ worker &lt; {@link WorkerTeam#size()}
         */
        void run(int worker);
    }

    /** Thrown in members that wait at a barrier when another member has failed. */
    private static final class TeamFailed extends RuntimeException {
        private static final long serialVersionUID = 1;

        TeamFailed() {
            super("another member of the team failed", null, false, false);
        }
    }

    /** Nanoseconds that a member spins before it parks: longer than a balanced barrier takes. */
    private static final long SPIN = 100_000;
    /** How often a waiting member looks between two looks at the clock. */
    private static final int LOOKS = 16;
    /** Times that a member offers its processor to others before it parks. */
    private static final int YIELDS = 64;
    /** Waits in which a member does not spin after spinning was in vain, at most. */
    private static final int MOST_SKIPPED = 256;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    // Places in `shared`, each on a cache line of its own (with its neighbour: processors fetch lines in pairs).
    private static final int JOBS = 32;
    private static final int FINISHED = 64;
    private static final int ARRIVED = 96;
    private static final int PHASE = 128;
    private static final int DONE = 160;
    private static final int ASLEEP = 192;

    private final int size;
    private final long[] shared = new long[224];
    private final Thread[] threads;
    private final AtomicReferenceArray<@Nullable Thread> asleep;
    private final ReentrantLock oneJob = new ReentrantLock();
    private final ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
    private final boolean crowded;
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private @Nullable Job job;
    private boolean dismissed;
    /** Waits that go by without spinning; and how many after the next that spins in vain. Races do no harm. */
    private int skip;

    private int skipNext;

    /**
     * @param size members, the caller included; at least 1
     */
    public WorkerTeam(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a team has at least one member, not " + size);
        }
        this.size = size;
        crowded = size > Runtime.getRuntime().availableProcessors();
        asleep = new AtomicReferenceArray<>(size);
        threads = new Thread[size];
        for (int i = 1; i < size; i++) {
            int worker = i;
            threads[i] = Thread.ofPlatform().daemon().name("rhn4j-worker-" + i).start(() -> serve(worker));
        }
    }

    /** Members of the team, the caller included. */
    public int size() {
        return size;
    }

    /**
     * Runs a job on all members and returns when all have finished. A failure of any member is thrown here.
     *
     * @throws IllegalStateException if the team is closed, or a member calls this inside a job, which would wait for
     *     its own end
     */
    public void run(Job newJob) {
        if (inside.get()) {
            throw new IllegalStateException("a member of the team cannot start a job inside a job");
        }
        if (Thread.currentThread().isVirtual()) {
            runOnAPlatformThread(newJob);
        } else if (size == 1) {
            requireOpen();
            runAsCaller(newJob);
        } else {
            oneJob.lock();
            try {
                requireOpen();
                rethrow(gather(newJob));
            } finally {
                if (closed) {
                    dismiss(); // a member closed the team meanwhile
                }
                oneJob.unlock();
            }
        }
    }

    /** Whether it was closed; a job may still be running. */
    boolean isClosed() {
        return closed;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
    }

    private void runOnAPlatformThread(Job newJob) {
        @Nullable Throwable[] problem = new Throwable[1];
        Thread stead = Thread.ofPlatform().name("rhn4j-caller").start(() -> {
            try {
                run(newJob);
            } catch (Throwable e) {
                problem[0] = e;
            }
        });
        boolean interrupted = false;
        while (stead.isAlive()) {
            try {
                stead.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow(problem[0]);
    }

    /** Runs a job on all members; returns what went wrong. */
    private @Nullable Throwable gather(Job newJob) {
        failure = null;
        job = newJob;
        threads[0] = Thread.currentThread();
        LONGS.setRelease(shared, FINISHED, 0L);
        LONGS.setRelease(shared, ARRIVED, 0L);
        long number = change(JOBS);
        try {
            runAsCaller(newJob);
        } catch (TeamFailed e) {
            // the member that failed has said why
        } catch (Throwable e) {
            fail(e);
        }
        await(DONE, number - 1, false);
        job = null;
        return failure;
    }

    private void runAsCaller(Job newJob) {
        OneDnn.useOneThreadHere();
        boolean changed = FlushToZero.enableHere();
        inside.set(true);
        try {
            newJob.run(0);
        } finally {
            inside.remove();
            FlushToZero.restore(changed);
        }
    }

    private static void rethrow(@Nullable Throwable problem) {
        if (problem instanceof RuntimeException e) {
            throw e;
        } else if (problem instanceof Error e) {
            throw e;
        } else if (problem != null) {
            throw new IllegalStateException(problem);
        }
    }

    /** Waits until all members have come here. Every member must call it equally often in a job. */
    public void barrier() {
        if (size == 1) {
            return;
        }
        long phase = (long) LONGS.getAcquire(shared, PHASE);
        if ((long) LONGS.getAndAdd(shared, ARRIVED, 1L) == size - 1) {
            LONGS.setRelease(shared, ARRIVED, 0L);
            change(PHASE);
        } else if (!await(PHASE, phase, true)) {
            throw new TeamFailed();
        }
    }

    private void serve(int worker) {
        threads[worker] = Thread.currentThread(); // the constructor may not have come to it yet, and sleep looks for it
        OneDnn.useOneThreadHere();
        FlushToZero.enableHere();
        inside.set(true);
        long done = 0;
        while (true) {
            await(JOBS, done, false);
            done++;
            Job current = job;
            if (current == null) {
                return;
            }
            try {
                current.run(worker);
            } catch (TeamFailed e) {
                // the member that failed has said why
            } catch (Throwable e) {
                fail(e);
            }
            if ((long) LONGS.getAndAdd(shared, FINISHED, 1L) == size - 2) {
                change(DONE);
            }
        }
    }

    private void fail(Throwable problem) {
        if (failure == null) {
            failure = problem;
        }
        wake();
    }

    // --- waiting ---

    /** Moves a place to its next value, and wakes those that sleep over it. */
    private long change(int place) {
        long next = (long) LONGS.getAndAdd(shared, place, 1L) + 1;
        wake();
        return next;
    }

    private void wake() {
        if ((long) LONGS.getVolatile(shared, ASLEEP) != 0) {
            for (int i = 0; i < size; i++) {
                Thread sleeper = asleep.get(i);
                if (sleeper != null) {
                    LockSupport.unpark(sleeper);
                }
            }
        }
    }

    /** Waits until a place no longer has its old value; false if a member failed before that, where this ends the wait. */
    private boolean await(int place, long old, boolean endsWithFailure) {
        boolean changed = spin(place, old, endsWithFailure) || giveWay(place, old);
        if (!changed) {
            sleep(place, old, endsWithFailure);
        }
        return (long) LONGS.getAcquire(shared, place) != old;
    }

    private boolean spin(int place, long old, boolean endsWithFailure) {
        // how long no job comes says nothing about processors
        boolean telling = place != JOBS;
        if (crowded || skip > 0) {
            if (telling) {
                skip--;
            }
            return false;
        }
        long deadline = 0;
        while (true) {
            for (int i = 0; i < LOOKS; i++) {
                if ((long) LONGS.getAcquire(shared, place) != old) {
                    if (skipNext != 0) {
                        skipNext = 0;
                    }
                    return true;
                }
                Thread.onSpinWait();
            }
            if (endsWithFailure && failure != null) {
                return true;
            }
            long now = System.nanoTime();
            if (deadline == 0) {
                deadline = now + SPIN;
            } else if (now - deadline >= 0) {
                if (telling) {
                    skipNext = Math.min(2 * skipNext + 1, MOST_SKIPPED);
                    skip = skipNext;
                }
                return false;
            }
        }
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // a member that shares its processor with this one gets its turn, not for order
    private boolean giveWay(int place, long old) {
        for (int i = 0; i < YIELDS; i++) {
            Thread.yield();
            if ((long) LONGS.getAcquire(shared, place) != old) {
                return true;
            }
        }
        return false;
    }

    private void sleep(int place, long old, boolean endsWithFailure) {
        Thread self = Thread.currentThread();
        int member = 0;
        while (threads[member] != self) {
            member++;
        }
        asleep.set(member, self);
        LONGS.getAndAdd(shared, ASLEEP, 1L);
        boolean interrupted = false;
        while ((long) LONGS.getVolatile(shared, place) == old && !(endsWithFailure && failure != null)) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted(); // which would keep it from parking again
        }
        LONGS.getAndAdd(shared, ASLEEP, -1L);
        asleep.set(member, null);
        if (interrupted) {
            self.interrupt();
        }
    }

    // --- the end ---

    /** Lets the members go; they end when they have seen it. */
    private void dismiss() {
        if (!dismissed) {
            dismissed = true;
            job = null;
            change(JOBS);
        }
    }

    /**
     * Ends the threads. A job that runs is finished first; jobs that wait for their turn, and later ones, are refused.
     * Closed by a member inside a job, the team ends when that job does, and this does not wait for it.
     */
    @Override
    public void close() {
        if (inside.get() || size == 1) {
            closed = true;
            return;
        }
        oneJob.lock();
        try {
            closed = true;
            dismiss();
        } finally {
            oneJob.unlock();
        }
        for (int i = 1; i < size; i++) {
            try {
                threads[i].join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
