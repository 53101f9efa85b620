package org.rhn4j.numbers;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rhn4j.numbers.onednn.OneDnn;

/**
 * A fixed team of threads that run one job together, each its own slice, and meet at barriers inside it.
 *
 * <p>One micro-layer of a recurrent net takes some 100 µs and the next needs all of it, so the team meets 700 times in
 * a training window of the paper's network. Parking and waking costs as much as the work; so members spin at a barrier,
 * and park only when no job comes for a while. The caller is member 0. A team member runs matrix products without
 * OpenMP and with denormals flushed to zero; the caller's floating-point environment is given back after the job.
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

    /** Spins before a waiting member offers its core to others: about 50 µs, longer than a balanced barrier takes. */
    private static final int SPINS_BEFORE_YIELD = 1 << 12;
    /** Yields before an idle member parks. */
    private static final int YIELDS_BEFORE_PARK = 1 << 7;

    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
    // Places in `shared`, each on a cache line of its own (with its neighbour: processors fetch lines in pairs).
    private static final int JOBS = 32;
    private static final int FINISHED = 64;
    private static final int ARRIVED = 96;
    private static final int PHASE = 128;

    private final int size;
    private final long[] shared = new long[160];
    private final Thread[] threads;
    private final ReentrantLock oneJob = new ReentrantLock();
    private volatile @Nullable Throwable failure;
    private volatile boolean closed;
    private @Nullable Job job;

    /**
     * @param size members, the caller included; at least 1
     */
    public WorkerTeam(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a team has at least one member, not " + size);
        }
        this.size = size;
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
        if (isInsideAJob()) {
            throw new IllegalStateException("a member of the team cannot start a job inside a job");
        }
        oneJob.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the worker team is closed");
            }
            failure = null;
            job = newJob;
            LONGS.setRelease(shared, FINISHED, 0L);
            LONGS.setRelease(shared, ARRIVED, 0L);
            long number = (long) LONGS.getAndAdd(shared, JOBS, 1L) + 1;
            for (int i = 1; i < size; i++) {
                LockSupport.unpark(threads[i]);
            }
            OneDnn.useOneThreadHere();
            boolean changed = FlushToZero.enableHere();
            try {
                runPart(newJob, 0);
            } finally {
                FlushToZero.restore(changed);
            }
            int spins = 0;
            while ((long) LONGS.getAcquire(shared, FINISHED) < size - 1) {
                spins = pause(spins);
            }
            assert (long) LONGS.getAcquire(shared, JOBS) == number;
            job = null;
            Throwable problem = failure;
            if (problem instanceof RuntimeException e) {
                throw e;
            } else if (problem instanceof Error e) {
                throw e;
            } else if (problem != null) {
                throw new IllegalStateException(problem);
            }
        } finally {
            oneJob.unlock();
        }
    }

    private boolean isInsideAJob() {
        Thread caller = Thread.currentThread();
        for (int i = 1; i < size; i++) {
            if (threads[i] == caller) {
                return true;
            }
        }
        return oneJob.isHeldByCurrentThread();
    }

    /** Waits until all members have come here. Every member must call it equally often in a job. */
    public void barrier() {
        if (size == 1) {
            return;
        }
        long phase = (long) LONGS.getAcquire(shared, PHASE);
        if ((long) LONGS.getAndAdd(shared, ARRIVED, 1L) == size - 1) {
            LONGS.setRelease(shared, ARRIVED, 0L);
            LONGS.setRelease(shared, PHASE, phase + 1);
            return;
        }
        int spins = 0;
        while ((long) LONGS.getAcquire(shared, PHASE) == phase) {
            spins = pause(spins);
            if (failure != null) {
                throw new TeamFailed();
            }
        }
    }

    private void serve(int worker) {
        OneDnn.useOneThreadHere();
        FlushToZero.enableHere();
        long done = 0;
        while (true) {
            int spins = 0;
            while ((long) LONGS.getAcquire(shared, JOBS) == done) {
                if (closed) {
                    return;
                }
                spins = pause(spins);
                if (spins > SPINS_BEFORE_YIELD + YIELDS_BEFORE_PARK) {
                    LockSupport.park(this);
                }
            }
            done++;
            Job current = job;
            if (current != null) {
                runPart(current, worker);
            }
            LONGS.getAndAdd(shared, FINISHED, 1L);
        }
    }

    private void runPart(Job current, int worker) {
        try {
            current.run(worker);
        } catch (TeamFailed e) {
            // the member that failed has said why
        } catch (Throwable e) {
            if (failure == null) {
                failure = e;
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // yields so that a process beside this one gets its turn, not for order
    private static int pause(int spins) {
        if (spins < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return spins + 1;
    }

    @Override
    public void close() {
        oneJob.lock();
        try {
            closed = true;
            for (int i = 1; i < size; i++) {
                LockSupport.unpark(threads[i]);
            }
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
