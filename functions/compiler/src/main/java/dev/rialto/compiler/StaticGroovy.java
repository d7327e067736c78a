package dev.rialto.compiler;

import dev.rialto.compiler.groovy.GuardedCalls;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.regex.Pattern;

/// Removes the members that Groovy's compiler adds for calls by name from a class that makes no
/// such calls: they would be refused.
final class StaticGroovy {
    /// Stack maps good enough to read the class again: the hardening makes those that are right.
    private static final ClassHierarchyResolverOption ROUGH =
            ClassHierarchyResolverOption.of(
                    ClassHierarchyResolver.defaultResolver()
                            .orElse(_ -> ClassHierarchyInfo.ofClass(ConstantDescs.CD_Object)));

    private static final String SITES = "$callSiteArray";
    private static final String SITES_OF = "$getCallSiteArray";
    private static final String NEW_SITES = "$createCallSiteArray";
    private static final String INDY = "Lorg/codehaus/groovy/vmplugin/v8/IndyInterface;";

    /// Methods that only dynamic code calls: of nested classes, and those by which a trait calls
    /// what it was woven over.
    private static final Pattern DISPATCH =
            Pattern.compile(
                    "(\\$static_)?(methodMissing|propertyMissing)|this\\$dist\\$(invoke|set|get)\\$\\d+"
                            + "|.*trait\\$super\\$.*");

    private static final ClassDesc GUARDED = ClassDesc.of(GuardedCalls.class.getName());
    private static final MethodTypeDesc OF_OBJECT =
            MethodTypeDesc.ofDescriptor("(Ljava/lang/Object;)Ljava/lang/Object;");

    private StaticGroovy() {}

    static byte[] of(byte[] bytes) {
        ClassFile files = ClassFile.of(ROUGH);
        ClassModel model = files.parse(bytes);
        boolean sites = !callsByName(model);
        return files.transformClass(
                model,
                ClassTransform.dropping(each ->
                                switch (each) {
                                    case MethodModel method ->
                                            isDispatch(method) || (sites && isOfSites(method));
                                    case FieldModel field ->
                                            sites && field.fieldName().equalsString(SITES);
                                    default -> false;
                                })
                        .andThen(
                                ClassTransform.transformingMethodBodies(
                                        method -> changes(method, sites),
                                        CodeTransform.ofStateful(() -> new DirectCalls(sites)))));
    }

    private static boolean isDispatch(MethodModel method) {
        return method.flags().has(AccessFlag.SYNTHETIC)
                && DISPATCH.matcher(method.methodName().stringValue()).matches();
    }

    private static boolean isOfSites(MethodModel method) {
        return method.methodName().equalsString(SITES_OF)
                || method.methodName().equalsString(NEW_SITES);
    }

    /// Whether there are names of methods that call sites are for.
    private static boolean callsByName(ClassModel model) {
        return model.methods().stream()
                .filter(each -> each.methodName().equalsString(NEW_SITES))
                .anyMatch(each -> !isEmpty(each));
    }

    /// Whether a method begins with an array of no names.
    private static boolean isEmpty(MethodModel method) {
        return method.code()
                .flatMap(body ->
                        body.elementStream()
                                .filter(ConstantInstruction.class::isInstance)
                                .map(each -> ((ConstantInstruction) each).constantValue())
                                .findFirst())
                .filter(first -> first.equals(0))
                .isPresent();
    }

    private static boolean changes(MethodModel method, boolean withoutSites) {
        return method.code()
                .map(body ->
                        body.elementStream()
                                .anyMatch(each -> isSites(each, withoutSites) || isClone(each)))
                .orElse(false);
    }

    private static boolean isSites(CodeElement element, boolean withoutSites) {
        return withoutSites
                && element instanceof InvokeInstruction call
                && call.name().equalsString(SITES_OF);
    }

    /// What `@Immutable` does with collections.
    private static boolean isClone(CodeElement element) {
        return element instanceof InvokeDynamicInstruction call
                && call.bootstrapMethod().owner().descriptorString().equals(INDY)
                && call.typeSymbol().equals(OF_OBJECT)
                && !call.bootstrapArgs().isEmpty()
                && call.bootstrapArgs().getFirst().equals("clone");
    }

    private static final class DirectCalls implements CodeTransform {
        private final boolean withoutSites;

        DirectCalls(boolean withoutSites) {
            this.withoutSites = withoutSites;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (isSites(element, withoutSites)) {
                // The array is put into a variable that nobody reads.
                builder.aconst_null();
            } else if (isClone(element)) {
                builder.invokestatic(GUARDED, "copy", OF_OBJECT);
            } else if (!(element instanceof RuntimeVisibleTypeAnnotationsAttribute)) {
                // Annotations of types stand at places of the code, which are others now.
                builder.with(element);
            }
        }
    }
}
