package dev.rialto.server;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The house rules that the compiler does not know. The command line is not seen from here: nothing
/// can depend on it, as no module names it, and it alone may print.
class ArchitectureTest {
    private static final String ROOT = "dev.rialto";

    private static final Set<String> FOUNDATION =
            Set.of("kernel", "model", "store", "where", "http", "spi");

    /// Who may use whom; every other module is a capability and may use the foundation.
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry("kernel", Set.of()),
                    Map.entry("model", Set.of("kernel")),
                    Map.entry("store", Set.of("kernel")),
                    Map.entry("where", Set.of("kernel", "model", "store")),
                    Map.entry("http", Set.of("kernel")),
                    Map.entry("spi", Set.of("kernel", "model", "store", "where", "http")),
                    Map.entry("sdk", Set.of()),
                    Map.entry("hardening", Set.of()),
                    Map.entry("functions.spi", Set.of("kernel", "sdk")),
                    Map.entry("leaks", Set.of()),
                    Map.entry(
                            "runtime",
                            Set.of("kernel", "sdk", "hardening", "functions.spi", "leaks")),
                    Map.entry("compiler", Set.of("kernel", "sdk", "hardening", "functions.spi")),
                    Map.entry("workers", Set.of("kernel", "functions.spi")),
                    Map.entry(
                            "jvmworker",
                            Set.of(
                                    "kernel",
                                    "sdk",
                                    "functions.spi",
                                    "runtime",
                                    "compiler",
                                    "workers")),
                    Map.entry("node", Set.of("kernel", "functions.spi", "workers")),
                    Map.entry("wasm", Set.of("kernel", "functions.spi")),
                    Map.entry("kubernetes", Set.of("kernel", "functions.spi", "workers")),
                    Map.entry("telemetry", Set.of("kernel", "http")),
                    Map.entry("backup", Set.of("kernel", "store")),
                    Map.entry("certificates", Set.of("kernel", "store", "http")));

    /// What capabilities may use beside the foundation: objects stand on the classes that apps
    /// define, and functions on what runs and compiles them.
    private static final Map<String, Set<String>> MORE =
            Map.of(
                    "objects", Set.of("schema"),
                    "messages", Set.of("pages.spi"),
                    "hosting", Set.of("sdk", "functions.spi", "compiler"));

    private static final Pattern BANNED =
            Pattern.compile(".*(Impl|Manager|Util|Utils|Helper|Common|Base)");

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .withImportOption(location -> !location.contains("/rialto/testing/"))
                    .withImportOption(location -> !location.contains("rialto-testing"))
                    .importPackages(ROOT);

    @Test
    void seesAllModulesOfTheServer() {
        assertThat(CLASSES.stream().map(ArchitectureTest::module).collect(Collectors.toSet()))
                .contains("server", "objects", "accounts", "files", "transfer")
                .containsAll(FOUNDATION)
                .doesNotContain("testing");
    }

    @Test
    void foundationModulesUseOnlyWhatIsBelowThem() {
        assertThat(uses(ARROWS::containsKey)).isEmpty();
    }

    @Test
    void capabilitiesMeetOnlyInTheSpi() {
        assertThat(uses(from -> !ARROWS.containsKey(from) && !from.equals("server"))).isEmpty();
    }

    @Test
    void packagesFormNoCycles() {
        // Stand-ins have the names of the JDK's classes, so they need a package of their own.
        slices().matching(ROOT + ".(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        JavaClass.Predicates.resideInAPackage(ROOT + ".hardening.standin"),
                        JavaClass.Predicates.resideInAPackage(ROOT + ".hardening"))
                .check(CLASSES);
    }

    @Test
    void classesAreNamedForWhatTheyAre() {
        assertThat(
                        CLASSES.stream()
                                .map(JavaClass::getSimpleName)
                                .filter(name -> BANNED.matcher(name).matches()))
                .isEmpty();
    }

    @Test
    void nothingHidesInThreads() {
        ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocal.class)
                .because("virtual threads are many; ScopedValue is for context")
                .check(CLASSES);
    }

    @Test
    void chanceIsSecureOrGiven() {
        // Hardening hands on the chance that code of others brings.
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".hardening")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Random.class, ThreadLocalRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .because("what is random must be unguessable")
                .check(CLASSES);
    }

    @Test
    void timeIsGivenWhereSimulationsMoveIt() {
        // How long a request took is of real time.
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        ROOT + ".hosting", ROOT + ".live", ROOT + ".sync", ROOT + ".http")
                .and()
                .doNotHaveSimpleName("Exchange")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", Duration.class)
                .because("Timing and InstantSource are what a simulation moves")
                .check(CLASSES);
    }

    @Test
    void everybodyLogsByTheSameLogger() {
        // What functions see as System.Logger ends in java.util.logging, too.
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".hardening.standin")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(System.Logger.class)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..")
                .because("java.util.logging is the logger of this house")
                .check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrints() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked =
                CLASSES.getPackage(ROOT).getSubpackagesInTree().stream()
                        .filter(each -> !each.getClasses().isEmpty())
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName)
                        .toList();
        assertThat(unmarked).isEmpty();
    }

    /// Classes of other modules that modules use without an arrow that allows it.
    private static Map<String, Set<String>> uses(Predicate<String> modules) {
        Map<String, Set<String>> found = new TreeMap<>();
        for (JavaClass each : CLASSES) {
            String from = module(each);
            if (modules.test(from)) {
                for (Dependency dependency : each.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (isForbidden(from, target)) {
                        found.computeIfAbsent(from, _ -> new TreeSet<>()).add(topLevel(target));
                    }
                }
            }
        }
        return found;
    }

    /// Whether a class is part of what one capability offers to others.
    private static boolean isService(JavaClass target) {
        return target.getPackageName().endsWith(".spi") && !ARROWS.containsKey(module(target));
    }

    private static boolean isForbidden(String from, JavaClass target) {
        if (!target.getPackageName().startsWith(ROOT + ".")) {
            return false;
        }
        String to = module(target);
        return !to.equals(from)
                && !(isService(target) && !ARROWS.containsKey(from))
                && !ARROWS.getOrDefault(from, FOUNDATION).contains(to)
                && !MORE.getOrDefault(from, Set.of()).contains(to);
    }

    /// The first name below the root, `objects` for `dev.rialto.objects`, or `functions.spi`.
    private static String module(JavaClass each) {
        Matcher name =
                Pattern.compile("dev\\.rialto\\.(functions\\.spi|\\w+).*")
                        .matcher(each.getPackageName());
        return name.matches() ? name.group(1) : each.getPackageName();
    }

    private static String topLevel(JavaClass each) {
        return each.getName().replaceFirst("\\$.*", "");
    }
}
