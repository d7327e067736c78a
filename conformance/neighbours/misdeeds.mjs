// Micro apps that harm their neighbours as well as they can, each in its own way, and ones that do nothing wrong.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pom = (name) =>
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
    `<groupId>neighbours</groupId><artifactId>${name}</artifactId><version>1</version></project>`;

const shell = `private static void run(String script) throws Exception {
    new ProcessBuilder("/bin/sh", "-c", script).inheritIO().start();
  }`;

/**
 * What is done, which error its caller gets (the first one is the first call's; later ones may meet a process that is
 * being started again), how long a call may take and how long to wait between calls, in milliseconds.
 */
export const misdeeds = {
    fork: {
        body: 'run("bomb() { bomb | bomb & }; bomb 2>/dev/null >/dev/null"); Thread.sleep(60_000); return "";',
        codes: [124, 141],
        deadline: 1_500,
    },
    memory: {
        body: 'var all = new ArrayList<byte[]>(); while (true) all.add(new byte[1 << 20]);',
        codes: [1429],
        message: /its heap was full|it took more than \d+ MB of memory/,
    },
    disk: {
        body: `try (var out = new FileOutputStream("/tmp/full")) { while (true) out.write(new byte[1 << 20]); }
    finally { new File("/tmp/full").delete(); }`,
        codes: [141],
        message: /the function failed/,
    },
    // A thread that waits in native code can't be interrupted.
    loop: {
        body: `var linker = Linker.nativeLinker();
    var system = linker.downcallHandle(linker.defaultLookup().findOrThrow("system"),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (var arena = Arena.ofConfined()) {
      return "" + (int) system.invokeExact(arena.allocateFrom("while :; do :; done"));
    } catch (Throwable failure) { throw new IllegalStateException(failure); }`,
        codes: [124],
        message: /it took longer than/,
        deadline: 1_500,
    },
    files: {
        body: `var all = new ArrayList<InputStream>();
    try { for (int i = 0; i < 10_000; i++) all.add(new FileInputStream("/dev/null")); return ""; }
    finally { for (var each : all) each.close(); }`,
        codes: [141],
        message: /the function failed/,
    },
    crash: {
        body: 'run("kill -SEGV $PPID"); Thread.sleep(60_000); return "";',
        codes: [141],
        message: /the worker ended/,
        pause: 1_000,
    },
};

/** Writes the sources of a micro app whose function has its name. */
export function writeMicroApp(folder, name, runtime, { body, deadline = 20_000 }) {
    const files = {
        'pom.xml': pom(name),
        'src/main/resources/micro-app.json': JSON.stringify({ name, domain: 'neighbours', group: name, runtime }),
        'src/main/java/neighbours/Code.java': `package neighbours;
import dev.rialto.sdk.*;
import java.io.*;
import java.lang.foreign.*;
import java.util.ArrayList;
@Function public final class Code {
  @Interface(deadlineMillis = ${deadline})
  @CloudFunction("${name}") public String call() throws Exception {
    ${body}
  }
  ${body.includes('run(') ? shell : ''}
}`,
    };
    for (const [path, content] of Object.entries(files)) {
        const file = join(folder, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, content);
    }
}
