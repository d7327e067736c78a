package dev.rialto.http;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.logging.Logger;

/// The files that this process may have open, of which every connection is one. The web server
/// stops listening for good when it can't accept for want of a file (Helidon 4.3.1), so there are
/// never more connections than files for them.
final class OpenFiles {
    private static final Logger LOG = Logger.getLogger(OpenFiles.class.getName());

    /// Files for all else: database, uploads, classes.
    private static final long RESERVE = 256;

    private static final long FEWEST = 16;

    private OpenFiles() {}

    /// The connections to accept, at most as many as wanted.
    static int connections(int wanted) {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system)) {
            return wanted;
        }
        long files = system.getMaxFileDescriptorCount();
        int possible = connections(wanted, files);
        if (possible < wanted) {
            LOG.warning(() ->
                    ("allowing only %d connections at once, not http.max-connections = %d: this"
                                    + " process may have %d files open (ulimit -n)")
                            .formatted(possible, wanted, files));
        }
        return possible;
    }

    static int connections(int wanted, long files) {
        if (files <= 0) {
            return wanted;
        }
        long possible = files - Math.max(RESERVE, files / 8);
        return (int) Math.min(wanted, Math.max(FEWEST, possible));
    }
}
