package dev.rialto.hardening;

import java.lang.classfile.AccessFlags;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Puts checks into one class.
class ClassWeaver {
    private static final String REFERENCE = "rialto$reference$";

    private static final Set<String> SERIALIZATION =
            Set.of(
                    "readObject(Ljava/io/ObjectInputStream;)V",
                    "writeObject(Ljava/io/ObjectOutputStream;)V",
                    "readExternal(Ljava/io/ObjectInput;)V",
                    "writeExternal(Ljava/io/ObjectOutput;)V");

    private final RevisionClasses code;
    private final ClassModel model;
    private final Map<DirectMethodHandleDesc, String> references = new LinkedHashMap<>();

    ClassWeaver(RevisionClasses code, ClassModel model) {
        this.code = code;
        this.model = model;
    }

    /// @throws IllegalArgumentException when the class is malformed, or gets too large
    byte[] weave() {
        return ClassFile.of(ClassHierarchyResolverOption.of(code.resolver()))
                .transformClass(
                        model,
                        new ClassTransform() {
                            @Override
                            public void accept(ClassBuilder builder, ClassElement element) {
                                weave(builder, element);
                            }

                            @Override
                            public void atEnd(ClassBuilder builder) {
                                addMethods(builder);
                            }
                        });
    }

    /// Whether a method is left out: only serialization calls it, which is not there.
    static boolean isDropped(MethodModel method) {
        return SERIALIZATION.contains(
                        method.methodName().stringValue() + method.methodType().stringValue())
                || method.methodName().equalsString("$deserializeLambda$");
    }

    RevisionClasses code() {
        return code;
    }

    ClassDesc self() {
        return model.thisClass().asSymbol();
    }

    /// A reference to a method of the JDK leads through a method of this class, which checks: else
    /// a loop of the JDK that calls it could not be stopped.
    DirectMethodHandleDesc through(DirectMethodHandleDesc to) {
        if (isOwn(to)) {
            return to;
        }
        String name = references.computeIfAbsent(to, _ -> REFERENCE + references.size());
        return MethodHandleDesc.ofMethod(
                isInterface()
                        ? DirectMethodHandleDesc.Kind.INTERFACE_STATIC
                        : DirectMethodHandleDesc.Kind.STATIC,
                self(),
                name,
                to.invocationType());
    }

    private boolean isOwn(DirectMethodHandleDesc to) {
        String owner = RevisionClasses.internal(to.owner());
        String name =
                to.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR ? "<init>" : to.methodName();
        return code.has(owner)
                && (name.equals("<init>") || code.declares(owner, name, to.lookupDescriptor()));
    }

    boolean isInterface() {
        return model.flags().has(AccessFlag.INTERFACE);
    }

    /// Adds the methods that others were woven to call.
    void addMethods(ClassBuilder builder) {
        references.forEach((to, name) -> addReference(builder, to, name));
    }

    /// What is done with the code of a method.
    CodeTransform transform(MethodModel method, boolean locks) {
        return CodeTransform.ofStateful(() -> new MethodWeaver(this, method, locks));
    }

    void weave(ClassBuilder builder, ClassElement element) {
        if (!(element instanceof MethodModel method)) {
            builder.with(element);
        } else if (!isDropped(method)) {
            weave(builder, method);
        }
    }

    private void weave(ClassBuilder builder, MethodModel method) {
        boolean locks = method.flags().has(AccessFlag.SYNCHRONIZED) && method.code().isPresent();
        int flags = method.flags().flagsMask();
        builder.withMethod(
                method.methodName().stringValue(),
                method.methodTypeSymbol(),
                locks ? flags & ~ClassFile.ACC_SYNCHRONIZED : flags,
                to -> method.forEach(each -> weave(to, method, each, locks)));
    }

    private void weave(
            MethodBuilder builder, MethodModel method, MethodElement element, boolean locks) {
        switch (element) {
            case AccessFlags _ -> {}
            case CodeModel body -> builder.transformCode(body, transform(method, locks));
            default -> builder.with(element);
        }
    }

    private void addReference(ClassBuilder builder, DirectMethodHandleDesc to, String name) {
        MethodTypeDesc type = to.invocationType();
        int access = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
        builder.withMethodBody(
                name,
                type,
                access,
                body -> {
                    MethodWeaver.check(body);
                    boolean makes = to.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR;
                    if (makes) {
                        body.new_(to.owner()).dup();
                    }
                    int slot = 0;
                    for (ClassDesc each : type.parameterList()) {
                        TypeKind kind = TypeKind.from(each);
                        body.loadLocal(kind, slot);
                        slot += kind.slotSize();
                    }
                    new Calls(code).call(body, to);
                    body.return_(TypeKind.from(type.returnType()));
                });
    }
}
