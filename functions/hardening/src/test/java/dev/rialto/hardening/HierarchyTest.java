package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Hardening comes to an end whatever extends what.
class HierarchyTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void hardensCodeWhoseBranchesYieldUnrelatedClasses() throws Exception {
        Revision revision =
                assertTimeoutPreemptively(
                        SOON,
                        () ->
                                Revision.of(
                                        "public static String run() {"
                                                + " Object o = System.nanoTime() == 0"
                                                + " ? new ArrayList<String>()"
                                                + " : new StringBuilder(\"text\");"
                                                + " return o.toString(); }"));
        assertThat(revision.call("run")).isEqualTo("text");
    }

    @Test
    void refusesClassesThatExtendEachOther() {
        ClassDesc first = ClassDesc.of("First");
        ClassDesc second = ClassDesc.of("Second");
        Map<String, byte[]> classes =
                Map.of(
                        "First.class", extending(first, second, second),
                        "Second.class", extending(second, first, ConstantDescs.CD_String));
        assertThatThrownBy(() -> assertTimeoutPreemptively(SOON, () -> Revision.hardened(classes)))
                .hasMessageContaining("it extends itself");
    }

    /// A class with a method whose branches yield the class itself or another.
    private static byte[] extending(ClassDesc self, ClassDesc parent, ClassDesc other) {
        var known =
                ClassHierarchyResolver.of(
                        List.of(),
                        Map.of(self, ConstantDescs.CD_Object, parent, ConstantDescs.CD_Object));
        return ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                known.orElse(ClassHierarchyResolver.defaultResolver())))
                .build(
                        self,
                        builder ->
                                builder.withSuperclass(parent)
                                        .withMethodBody(
                                                "either",
                                                MethodTypeDesc.of(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.CD_int,
                                                        self,
                                                        other),
                                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                                HierarchyTest::either));
    }

    private static void either(CodeBuilder code) {
        code.iload(0).ifThenElse(yes -> yes.aload(1), no -> no.aload(2)).areturn();
    }
}
