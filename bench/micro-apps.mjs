// Micro apps that the benchmark of functions deploys: their sources, as a zip.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';

const GROUP = 'bench';
const EXAMPLES = join(dirname(fileURLToPath(import.meta.url)), '..', 'examples');

/**
 * The sources of a micro app. `classes` has the code of classes of the package `bench` by name,
 * `more` what its descriptor says besides its names.
 */
export function microApp(name, classes, more = {}) {
  const files = {
    'pom.xml': strToU8(
      '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>' +
        `<groupId>bench</groupId><artifactId>${name}</artifactId><version>1</version></project>`,
    ),
    'src/main/resources/micro-app.json': strToU8(
      JSON.stringify({ name, domain: GROUP, group: name.replaceAll('-', ''), ...more }),
    ),
  };
  for (const [className, code] of Object.entries(classes)) {
    files[`src/main/java/bench/${className}.java`] = strToU8(
      `package bench;\nimport dev.rialto.sdk.*;\nimport java.util.*;\n${code}`,
    );
  }
  return zipSync(files, { level: 1 });
}

/** A function that does nothing, and one that calls it many times and tells the mean. */
export const CALLS = {
  Empty: `@Function public final class Empty {
  @CloudFunction("empty") public void run() {}
}`,
  Calls: `@Function public final class Calls {
  public record Wanted(int count) {}
  @CloudFunction("calls") @Interface(deadlineMillis = 60000, allocationMegabytes = 8000)
  public double run(Wanted wanted, Context context) {
    long start = System.nanoTime();
    for (int i = 0; i < wanted.count(); i++) {
      context.functions().call("empty", null, Object.class);
    }
    return (double) (System.nanoTime() - start) / wanted.count();
  }
}`,
};

/** A function that does nothing. */
export function empty(name) {
  return {
    Empty: `@Function public final class Empty {
  @CloudFunction("${name}") public void run() {}
}`,
  };
}

/** A function that waits for a while, as one does that asks others. */
export const SLEEPS = {
  Sleeps: `@Function public final class Sleeps {
  @CloudFunction("sleeps") public void run() throws InterruptedException { Thread.sleep(50); }
}`,
};

/** A micro app of WebAssembly whose only function does nothing. */
export function emptyModule(name) {
  const bindings = [{ kind: 'cloudFunction', name }];
  const descriptor = {
    name,
    domain: GROUP,
    group: name,
    runtime: 'wasm',
    module: 'empty.wasm',
    interfaces: [{ function: 'empty', name: 'run', bindings }],
  };
  const section = (id, ...content) => [id, content.length, ...content];
  const exported = (text, kind) => [text.length, ...strToU8(text), kind, 0];
  const module = [
    ...[...strToU8('\0asm'), 1, 0, 0, 0],
    ...section(1, 1, 0x60, 0, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(7, 2, ...exported('memory', 2), ...exported('_start', 0)),
    ...section(10, 1, 2, 0, 0x0b),
  ];
  return zipSync({
    'micro-app.json': strToU8(JSON.stringify(descriptor)),
    'empty.wasm': Uint8Array.from(module),
  });
}

/** The example of WebAssembly. */
export function moduleExample() {
  const read = (name) => new Uint8Array(readFileSync(join(EXAMPLES, 'wasm-assemblyscript', name)));
  return zipSync({ 'micro-app.json': read('micro-app.json'), 'slugs.wasm': read('slugs.wasm') });
}

/** A function that never ends. */
export const LOOP = {
  Loop: `@Function public final class Loop {
  @CloudFunction("loop") @Interface(deadlineMillis = 100) public long run() {
    long sum = 0;
    for (long i = 0; ; i++) sum += i;
  }
}`,
};

/** Functions that harm their neighbours as well as they can. */
export const BAD = {
  Bad: `@Function public final class Bad {
  @CloudFunction("loops") @Interface(deadlineMillis = 1000) public long loops() {
    long sum = 0;
    for (long i = 0; ; i++) sum += i;
  }
  @CloudFunction("hoards") public int hoards() {
    List<byte[]> kept = new ArrayList<>();
    while (true) kept.add(new byte[10_000]);
  }
  @CloudFunction("blocks") @Interface(deadlineMillis = 1000) public void blocks()
      throws InterruptedException {
    Thread.sleep(60_000);
  }
  @CloudFunction("throws") public void fails() { throw new IllegalStateException("no"); }
  @CloudFunction("floods") public void floods(Context context) {
    for (int i = 0; i < 10_000; i++) context.log().info("line " + i);
  }
}`,
};

/** A project of about 1,000 lines in 25 classes; its function tells `word`. */
export function project(word) {
  const classes = {
    Main: `@Function public final class Main {
  @CloudFunction("word") public String run() { return "${word}" + Part0.of(1).name(); }
}`,
  };
  for (let part = 0; part < 24; part++) {
    classes[`Part${part}`] = partOfProject(part);
  }
  return microApp('project', classes);
}

function partOfProject(part) {
  const methods = [];
  for (let i = 0; i < 4; i++) {
    methods.push(`
  /** Sums what is in a list of orders, number ${i}. */
  public long sum${i}(List<Part${part}> all) {
    long sum = 0;
    for (Part${part} each : all) {
      if (each.count > ${i}) {
        sum += each.count * ${i + 2}L;
      } else {
        sum -= each.name.length();
      }
    }
    return all.stream().filter(one -> one.count > ${i}).mapToLong(one -> one.count).sum() + sum;
  }`);
  }
  return `public record Part${part}(String name, int count) {
  public static Part${part} of(int count) {
    return new Part${part}("", count);
  }
${methods.join('\n')}
}`;
}

/** Many small functions, `count` of them in one micro app, named `many0`, `many1`, ..., which take a
 * [PERSON]. */
export function many(first, count) {
  const classes = {};
  for (let i = first; i < first + count; i++) {
    classes[`Many${i}`] = `@Function public final class Many${i} {
  public record Person(String name, int age) {}
  public record Greeting(String text) {}
  @CloudFunction("many${i}") public Greeting run(Person person, Context context) {
    return new Greeting("Hello, " + person.name() + " (${i})");
  }
}`;
  }
  return microApp(`many-${first}`, classes);
}

export const PERSON = { name: 'Ada', age: 36 };

/** Calls those at random, so that the JVM compiles them. */
export const CALLS_AT_RANDOM = {
  Random: `@Function public final class Random {
  public record Wanted(int functions, int calls) {}
  public record Person(String name, int age) {}
  @CloudFunction("random") @Interface(deadlineMillis = 600000, allocationMegabytes = 1000000)
  public void run(Wanted wanted, Context context) {
    var person = new Person("${PERSON.name}", ${PERSON.age});
    long state = 42;
    for (int i = 0; i < wanted.calls(); i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      long which = (state >>> 33) % wanted.functions();
      context.functions().call("many" + which, person, Object.class);
    }
  }
}`,
};

/** Work whose cost is compared with and without checks. Each tells the nanoseconds of its best round. */
const KERNELS = `
  static long loops(int n) {
    long x = 1;
    for (int i = 0; i < n; i++) x = x * 31 + i;
    return x;
  }
  static long sums(int[] values) {
    long sum = 0;
    for (int i = 0; i < values.length; i++) sum += values[i];
    return sum;
  }
  static long allocates(int n) {
    long sum = 0;
    for (int i = 0; i < n; i++) {
      List<Integer> list = new ArrayList<>();
      for (int k = 0; k < 8; k++) list.add(i + k);
      sum += list.get(i & 7);
    }
    return sum;
  }
  static long calls(int n) { return n < 2 ? n : calls(n - 1) + calls(n - 2); }
  static long kept;
  static long best(Runnable work) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 60; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
  static Map<String, Long> all() {
    int[] values = new int[1 << 20];
    Map<String, Long> times = new LinkedHashMap<>();
    times.put("loops", best(() -> kept += loops(10_000_000)));
    times.put("sums", best(() -> { for (int i = 0; i < 20; i++) kept += sums(values); }));
    times.put("allocates", best(() -> kept += allocates(300_000)));
    times.put("calls", best(() -> kept += calls(30)));
    return times;
  }
`;

/** The kernels as a function. */
export const HARDENED_KERNELS = {
  Kernels: `@Function public final class Kernels {
  @CloudFunction("kernels") @Interface(deadlineMillis = 120000, allocationMegabytes = 60000)
  public Map<String, Long> run() { return all(); }
${KERNELS}
}`,
};

/** The same as a program of its own, which prints its times as JSON. */
export const PLAIN_KERNELS = `import java.util.*;
public final class Kernels {
  public static void main(String[] arguments) {
    var out = new StringJoiner(",", "{", "}");
    all().forEach((name, nanos) -> out.add("\\"" + name + "\\":" + nanos));
    System.out.println(out);
  }
${KERNELS}
}`;
