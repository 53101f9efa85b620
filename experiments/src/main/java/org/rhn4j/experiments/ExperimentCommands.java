package org.rhn4j.experiments;

import java.util.List;
import org.rhn4j.app.MoreCommands;
import org.rhn4j.app.bench.BenchCommand;
import org.rhn4j.app.reproduce.ReproduceCommand;

/** {@code rhn reproduce} and {@code rhn bench}. */
public final class ExperimentCommands implements MoreCommands {
    @Override
    public List<Class<?>> commands() {
        return List.of(ReproduceCommand.class, BenchCommand.class);
    }
}
