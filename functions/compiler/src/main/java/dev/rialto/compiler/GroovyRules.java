package dev.rialto.compiler;

import java.util.List;
import java.util.Set;
import org.codehaus.groovy.ast.AnnotatedNode;
import org.codehaus.groovy.ast.AnnotationNode;
import org.codehaus.groovy.ast.ClassCodeVisitorSupport;
import org.codehaus.groovy.ast.ClassNode;
import org.codehaus.groovy.ast.ImportNode;
import org.codehaus.groovy.ast.ModuleNode;
import org.codehaus.groovy.ast.Parameter;
import org.codehaus.groovy.ast.expr.AnnotationConstantExpression;
import org.codehaus.groovy.ast.expr.BinaryExpression;
import org.codehaus.groovy.ast.expr.ClassExpression;
import org.codehaus.groovy.ast.expr.ClosureExpression;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.Expression;
import org.codehaus.groovy.ast.expr.ListExpression;
import org.codehaus.groovy.ast.expr.PropertyExpression;
import org.codehaus.groovy.ast.expr.UnaryMinusExpression;
import org.codehaus.groovy.ast.expr.VariableExpression;
import org.codehaus.groovy.classgen.GeneratorContext;
import org.codehaus.groovy.control.CompilePhase;
import org.codehaus.groovy.control.SourceUnit;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.syntax.SyntaxException;

/// Refuses Groovy that would run while it is compiled, or would not be compiled statically.
///
/// It looks at sources right after they are parsed, before any of it could run. The first thing it
/// finds ends the compilation.
final class GroovyRules extends CompilationCustomizer {
    private static final Set<String> REFUSED =
            Set.of(
                    "ASTTest",
                    "AnnotationCollector",
                    "CompileDynamic",
                    "Grab",
                    "GrabConfig",
                    "GrabExclude",
                    "GrabResolver",
                    "Grapes",
                    "GroovyASTTransformation",
                    "GroovyASTTransformationClass");

    private static final Set<String> PLAIN = Set.of("CompileStatic", "TypeChecked");

    GroovyRules() {
        super(CompilePhase.CONVERSION);
    }

    @Override
    public void call(SourceUnit source, GeneratorContext context, ClassNode classNode) {
        RuleVisitor look = new RuleVisitor(source);
        if (classNode.isScript()) {
            look.refuse(classNode, "is a script: put the code in classes");
        }
        ModuleNode module = classNode.getModule();
        if (module != null) {
            look.imports(module);
        }
        look.visitClass(classNode);
    }

    private static final class RuleVisitor extends ClassCodeVisitorSupport {
        private final SourceUnit source;

        RuleVisitor(SourceUnit source) {
            this.source = source;
        }

        @Override
        protected SourceUnit getSourceUnit() {
            return source;
        }

        /// An import can give what it imports another name.
        void imports(ModuleNode module) {
            for (ImportNode each : module.getImports()) {
                ClassNode type = each.getType();
                if (type != null) {
                    String simple = simpleName(type.getName());
                    if (REFUSED.contains(simple)
                            || (PLAIN.contains(simple) && !simple.equals(each.getAlias()))) {
                        refuse(each, "the import of " + type.getName() + " is not allowed");
                    }
                }
            }
        }

        @Override
        public void visitAnnotations(AnnotatedNode node) {
            for (AnnotationNode each : node.getAnnotations()) {
                check(each);
            }
        }

        @Override
        public void visitClosureExpression(ClosureExpression closure) {
            if (closure.getParameters() != null) {
                for (Parameter each : closure.getParameters()) {
                    visitAnnotations(each);
                }
            }
            super.visitClosureExpression(closure);
        }

        private void check(AnnotationNode annotation) {
            String name = simpleName(annotation.getClassNode().getName());
            if (REFUSED.contains(name)) {
                refuse(
                        annotation,
                        "@"
                                + name
                                + " is not allowed: it runs code in the compiler, or"
                                + " asks for code that can't be checked");
            }
            if (PLAIN.contains(name) && !annotation.getMembers().isEmpty()) {
                refuse(annotation, "@" + name + " is allowed only without arguments");
            }
            for (Expression each : annotation.getMembers().values()) {
                if (!constant(each)) {
                    refuse(annotation, "@" + name + " may contain only constants");
                }
            }
        }

        /// Anything else the compiler might run to know its value.
        private boolean constant(Expression value) {
            return switch (value) {
                case AnnotationConstantExpression nested -> {
                    if (nested.getValue() instanceof AnnotationNode annotation) {
                        check(annotation);
                    }
                    yield true;
                }
                case ConstantExpression _, ClassExpression _, VariableExpression _ -> true;
                case PropertyExpression property ->
                        constant(property.getObjectExpression())
                                && property.getProperty() instanceof ConstantExpression;
                case ListExpression list -> all(list.getExpressions());
                case BinaryExpression both ->
                        both.getOperation().getText().equals("+")
                                && constant(both.getLeftExpression())
                                && constant(both.getRightExpression());
                case UnaryMinusExpression minus -> constant(minus.getExpression());
                default -> false;
            };
        }

        private boolean all(List<Expression> values) {
            return values.stream().allMatch(this::constant);
        }

        void refuse(org.codehaus.groovy.ast.ASTNode where, String why) {
            source.getErrorCollector()
                    .addFatalError(
                            new org.codehaus.groovy.control.messages.SyntaxErrorMessage(
                                    new SyntaxException(
                                            why, where.getLineNumber(), where.getColumnNumber()),
                                    source));
        }

        private static String simpleName(String name) {
            return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
        }
    }
}
