package dev.rialto.hardening;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes classes of micro apps safe to run in the server's JVM, on a [FunctionThread] with a
/// [Budget]: refuses those that use what is not allowed, and inserts checks into the others so that
/// they can be stopped at any time.
public final class Hardener {
    private static final String SUFFIX = ".class";
    private static final MethodTypeDesc TO_STRING = MethodTypeDesc.of(ConstantDescs.CD_String);
    private static final MethodTypeDesc TEXT =
            MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_Object);
    private static final Set<String> RESERVED =
            Set.of(
                    "java",
                    "jdk",
                    "sun",
                    "com/sun",
                    "dev/rialto/sdk",
                    "dev/rialto/hardening",
                    "rialto/guarded");

    private final AllowList allowed;
    private final LibraryCache libraries = new LibraryCache();

    public Hardener(AllowList allowed) {
        this.allowed = allowed;
    }

    /// Hardens all classes of one revision that has no libraries.
    ///
    /// @throws ForbiddenException when they use what is not allowed
    public Map<String, byte[]> harden(Map<String, byte[]> classes) throws ForbiddenException {
        return harden(classes, List.of()).classes();
    }

    /// Hardens all classes of one revision together. Its own may not use what is not allowed; a
    /// library that does gets a trap there.
    ///
    /// @param classes its own by path, e.g. `com/acme/A.class`; other files are ignored
    /// @param brought its libraries, none with a class that another has or that is its own
    /// @throws ForbiddenException when its own classes use what is not allowed
    public Hardened harden(Map<String, byte[]> classes, List<Library> brought)
            throws ForbiddenException {
        HardenedLibraries hardened = libraries.hardened(allowed, brought);
        var uses = new ForbiddenUses();
        Map<String, ClassModel> own = parse(classes, uses);
        Map<String, ClassModel> all = new LinkedHashMap<>(hardened.models());
        all.putAll(own);
        var code = new RevisionClasses(all);
        AllowList allowedHere = allowed.because(hardened.unusable());
        for (ClassModel each : own.values()) {
            String name = each.thisClass().asInternalName();
            if (code.isCircular(name)) {
                uses.unreadable(name, "it extends itself");
            }
            new Inspection(allowedHere, code, each, refusal -> uses.add(each, refusal)).inspect();
        }
        throwIfAny(uses);
        Map<String, byte[]> woven = new LinkedHashMap<>(hardened.classes());
        for (ClassModel each : own.values()) {
            String name = each.thisClass().asInternalName();
            try {
                woven.put(name + SUFFIX, new ClassWeaver(code, each).weave());
            } catch (IllegalArgumentException unfit) {
                uses.unreadable(name, String.valueOf(unfit.getMessage()));
            }
        }
        throwIfAny(uses);
        woven.put(Brake.CHECK_CLASS + SUFFIX, checkClass());
        return new Hardened(woven, new ReachableClasses(own.values(), hardened).shortfalls());
    }

    /// Leaves all classes of a revision as they are, for a process that runs nothing else. Their
    /// calls are stopped by force alone.
    public static Hardened unhardened(Map<String, byte[]> classes, List<Library> brought) {
        Map<String, byte[]> all = new LinkedHashMap<>();
        brought.forEach(each -> all.putAll(each.classes()));
        all.putAll(classes);
        all.put(Brake.CHECK_CLASS + SUFFIX, checkClass());
        return new Hardened(all, List.of());
    }

    private static void throwIfAny(ForbiddenUses uses) throws ForbiddenException {
        if (!uses.isEmpty()) {
            throw new ForbiddenException(uses.all());
        }
    }

    private Map<String, ClassModel> parse(Map<String, byte[]> classes, ForbiddenUses uses) {
        Map<String, ClassModel> models = new LinkedHashMap<>();
        classes.forEach((path, bytes) -> {
            if (!isClass(path)) {
                return;
            }
            String name = name(path);
            try {
                ClassModel model = ClassFile.of().parse(bytes);
                requireName(model, name);
                refuseReserved(name);
                models.put(name, allowed.substitutes().in(model, each -> uses.add(model, each)));
            } catch (IllegalArgumentException unfit) {
                uses.unreadable(name, String.valueOf(unfit.getMessage()));
            }
        });
        return models;
    }

    /// Whether a path is that of a class that is hardened; those for other Java versions are not.
    public static boolean isClass(String path) {
        return path.endsWith(SUFFIX)
                && !path.startsWith("META-INF/")
                && !path.equals("module-info.class");
    }

    static String name(String path) {
        return path.substring(0, path.length() - SUFFIX.length());
    }

    static void requireName(ClassModel model, String name) {
        String actual = model.thisClass().asInternalName();
        if (!actual.equals(name)) {
            throw new IllegalArgumentException("it is " + actual);
        }
    }

    /// The JDK's classes are found before those of a revision, so that one of the same name would
    /// be taken for harmless and another be called.
    static void refuseReserved(String name) {
        if (JdkPackages.hold(name)
                || RESERVED.stream().anyMatch(each -> name.startsWith(each + "/"))) {
            throw new IllegalArgumentException("the package belongs to the server or the JDK");
        }
    }

    /// The class that holds the revision's [Brake], with the call site that all its checks call,
    /// and with what makes [RevisionStrings].
    private static byte[] checkClass() {
        var self = ClassDesc.ofInternalName(Brake.CHECK_CLASS);
        var brake = ClassDesc.of(Brake.class.getName());
        var site =
                DynamicCallSiteDesc.of(
                        ConstantDescs.ofCallsiteBootstrap(brake, "site", ConstantDescs.CD_CallSite),
                        "check",
                        ConstantDescs.MTD_void);
        return ClassFile.of()
                .build(
                        self,
                        type ->
                                type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                                        .withField(
                                                "BRAKE",
                                                brake,
                                                ClassFile.ACC_PUBLIC
                                                        | ClassFile.ACC_STATIC
                                                        | ClassFile.ACC_FINAL)
                                        .withMethodBody(
                                                ConstantDescs.CLASS_INIT_NAME,
                                                ConstantDescs.MTD_void,
                                                ClassFile.ACC_STATIC,
                                                code ->
                                                        code.new_(brake)
                                                                .dup()
                                                                .invokespecial(
                                                                        brake,
                                                                        ConstantDescs.INIT_NAME,
                                                                        ConstantDescs.MTD_void)
                                                                .putstatic(self, "BRAKE", brake)
                                                                .return_())
                                        .withMethodBody(
                                                "check",
                                                ConstantDescs.MTD_void,
                                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                                code -> code.invokedynamic(site).return_())
                                        .withMethodBody(
                                                "text",
                                                TEXT,
                                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                                code ->
                                                        code.aload(0)
                                                                .invokevirtual(
                                                                        ConstantDescs.CD_Object,
                                                                        "toString",
                                                                        TO_STRING)
                                                                .areturn()));
    }
}
