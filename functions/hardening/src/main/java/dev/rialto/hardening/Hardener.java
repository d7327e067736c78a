package dev.rialto.hardening;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes classes of others safe to run in the server's JVM, on a [FunctionThread] with a [Budget]:
/// refuses those that reach for what is not allowed, and puts checks into the others by which they
/// can be stopped at any time.
public final class Hardener {
    private static final String SUFFIX = ".class";
    private static final Set<String> RESERVED =
            Set.of(
                    "java",
                    "javax",
                    "jdk",
                    "sun",
                    "com/sun",
                    "dev/rialto/sdk",
                    "dev/rialto/hardening",
                    "rialto/guarded");

    private final AllowList allowed;

    public Hardener(AllowList allowed) {
        this.allowed = allowed;
    }

    /// Hardens all classes of one revision together: its own and those of its libraries.
    ///
    /// @param classes by path, e.g. `com/acme/A.class`; what ends otherwise is left out
    /// @return what is to be loaded, by one class loader that also finds this package; more classes
    ///   than were given
    /// @throws ForbiddenException when they reach for what is not allowed
    public Map<String, byte[]> harden(Map<String, byte[]> classes) throws ForbiddenException {
        List<Reach> reaches = new ArrayList<>();
        Map<String, ClassModel> models = parse(classes, reaches);
        var code = new RevisionClasses(models);
        for (ClassModel each : models.values()) {
            String name = each.thisClass().asInternalName();
            if (code.isCircular(name)) {
                var circular = new IllegalArgumentException("it extends itself");
                reaches.add(unreadable(name, circular));
            }
            new Inspection(allowed, code, each, reaches).inspect();
        }
        if (!reaches.isEmpty()) {
            throw new ForbiddenException(reaches);
        }
        Map<String, byte[]> hardened = new LinkedHashMap<>();
        for (ClassModel each : models.values()) {
            String name = each.thisClass().asInternalName();
            try {
                hardened.put(name + SUFFIX, new ClassWeaver(code, each).weave());
            } catch (IllegalArgumentException unfit) {
                reaches.add(unreadable(name, unfit));
            }
        }
        if (!reaches.isEmpty()) {
            throw new ForbiddenException(reaches);
        }
        hardened.put(Brake.CHECK_CLASS + SUFFIX, checkClass());
        return hardened;
    }

    private Map<String, ClassModel> parse(Map<String, byte[]> classes, List<Reach> reaches) {
        Map<String, ClassModel> models = new LinkedHashMap<>();
        classes.forEach((path, bytes) -> {
            if (!path.endsWith(SUFFIX)
                    || path.startsWith("META-INF/")
                    || path.equals("module-info.class")) {
                return;
            }
            String name = path.substring(0, path.length() - SUFFIX.length());
            try {
                ClassModel model = ClassFile.of().parse(bytes);
                String actual = model.thisClass().asInternalName();
                if (!actual.equals(name)) {
                    throw new IllegalArgumentException("it is " + actual);
                }
                refuseReserved(name);
                models.put(name, model);
            } catch (IllegalArgumentException unfit) {
                reaches.add(unreadable(name, unfit));
            }
        });
        return models;
    }

    private static void refuseReserved(String name) {
        for (String each : RESERVED) {
            if (name.startsWith(each + "/")) {
                throw new IllegalArgumentException("the package belongs to the server or the JDK");
            }
        }
    }

    private static Reach unreadable(String name, RuntimeException unfit) {
        return new Reach(
                name.replace('/', '.'),
                "",
                0,
                "the class file",
                name + SUFFIX,
                "it can't be used: " + unfit.getMessage());
    }

    /// The class that holds the revision's [Brake], with the call site that all its checks call.
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
                                                code -> code.invokedynamic(site).return_()));
    }
}
