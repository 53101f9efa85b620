package org.rhn4j.app.console;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a first Ctrl-C, or another request to end, into a flag that the work looks at; a second one ends the process at
 * once.
 *
 * <p>A shutdown hook would not do: while hooks run Java ignores a second Ctrl-C. The class that Java has for signals,
 * sun.misc.Signal, is supported on every platform but not part of the standard, so it is called by name; where it is
 * missing, signals end the process as always.
 */
public final class StopSignals implements AutoCloseable {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");
    /** What shells add to a signal's number to tell that a process ended by it. */
    private static final int ENDED_BY_SIGNAL = 128;

    /** One request may arrive twice, as from {@code timeout}, which signals a process and then its group. */
    private static final long SAME_REQUEST_NANOS = 300_000_000L;

    private final Runnable onFirst;
    private final Map<String, Object> earlierHandlers = new LinkedHashMap<>();
    private volatile int received;
    private long receivedAt;

    /**
     * Does nothing before {@link #listen}.
     *
     * @param onFirst runs in a thread of its own when the first signal arrives
     */
    public StopSignals(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    /** Listens until closed. */
    public void listen() {
        for (String name : NAMES) {
            Object earlier = handle(name, null);
            if (earlier != null) {
                earlierHandlers.put(name, earlier);
            }
        }
    }

    /** Whether a signal has arrived. */
    public boolean isRaised() {
        return received != 0;
    }

    /** The exit status of a process that the signal ended: 130 for Ctrl-C, 143 for SIGTERM. */
    public int exitStatus() {
        return ENDED_BY_SIGNAL + received;
    }

    @Override
    public void close() {
        earlierHandlers.forEach(this::handle);
    }

    private synchronized void receive(int number) {
        if (isRaised()) {
            if (System.nanoTime() - receivedAt > SAME_REQUEST_NANOS) {
                Runtime.getRuntime().halt(ENDED_BY_SIGNAL + number);
            }
            return;
        }
        receivedAt = System.nanoTime();
        received = number;
        onFirst.run();
    }

    /** Sets a signal's handler, this object where none is given; returns the earlier one, or null where it cannot. */
    private @Nullable Object handle(String name, @Nullable Object handler) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            int number = (int) signalType.getMethod("getNumber").invoke(signal);
            Object own = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            receive(number);
                        }
                        return null;
                    });
            return signalType
                    .getMethod("handle", signalType, handlerType)
                    .invoke(null, signal, handler == null ? own : handler);
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            return null; // a Java without this class
        } catch (InvocationTargetException e) {
            return null; // a system without this signal, or a Java that was told to leave it alone
        }
    }
}
