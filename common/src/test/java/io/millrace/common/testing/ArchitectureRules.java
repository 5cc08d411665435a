package io.millrace.common.testing;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The layering rules of a service. Each carries its reason; a deliberately bad tree shows that each can fail. */
public final class ArchitectureRules {

    private static final Set<String> SECURITY = Set.of(
            "jakarta.annotation.security.RolesAllowed",
            "jakarta.annotation.security.PermitAll",
            "io.quarkus.security.Authenticated");

    private ArchitectureRules() {}

    /** The main classes below a package. */
    public static JavaClasses importMain(String root) {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages(root);
    }

    /** Checks every rule on the service below {@code root}, such as {@code io.millrace.registry}. */
    public static void check(String root, JavaClasses classes) {
        rules(root).values().forEach(rule -> rule.check(classes));
    }

    /** The rules by a short name. */
    public static Map<String, ArchRule> rules(String root) {
        Map<String, ArchRule> rules = new LinkedHashMap<>();
        rules.put(
                "no cycles between features",
                slices().matching(root + ".(*)..").should().beFreeOfCycles().because("a cycle makes two features one"));
        rules.put(
                "facades are leaves",
                noClasses()
                        .that(resideInAPackage(root + "..")
                                .and(DescribedPredicate.not(
                                        resideInAnyPackage(root + ".mlflow..", root + ".openinference.."))))
                        .should()
                        .dependOnClassesThat(resideInAnyPackage(root + ".mlflow..", root + ".openinference.."))
                        .allowEmptyShould(true)
                        .because("a protocol is a way in, not a place for rules"));
        rules.put(
                "resources use no store",
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Resource")
                        .should()
                        .dependOnClassesThat(simpleNameEndingWith("Store").or(resideInAPackage("java.sql..")))
                        .allowEmptyShould(true)
                        .because("a resource translates and calls one service method"));
        rules.put(
                "services and stores know no HTTP",
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Service")
                        .or()
                        .haveSimpleNameEndingWith("Store")
                        .should()
                        .dependOnClassesThat(simpleNameEndingWith("Resource").or(resideInAPackage("jakarta.ws.rs..")))
                        .allowEmptyShould(true)
                        .because("rules must not depend on the way in"));
        rules.put(
                "stores know no service",
                noClasses()
                        .that()
                        .haveSimpleNameEndingWith("Store")
                        .should()
                        .dependOnClassesThat(simpleNameEndingWith("Service").and(resideInAPackage(root + "..")))
                        .allowEmptyShould(true)
                        .because("a store holds SQL and nothing else"));
        rules.put(
                "stores are package-private",
                classes()
                        .that()
                        .haveSimpleNameEndingWith("Store")
                        .should()
                        .notBePublic()
                        .allowEmptyShould(true)
                        .because("a table has one door, its service"));
        rules.put(
                "transactions begin in services",
                methods()
                        .that()
                        .areAnnotatedWith("jakarta.transaction.Transactional")
                        .should()
                        .beDeclaredInClassesThat()
                        .haveSimpleNameEndingWith("Service")
                        .allowEmptyShould(true)
                        .because("one public service method is one transaction"));
        rules.put(
                "paths are on resources",
                classes()
                        .that()
                        .areAnnotatedWith("jakarta.ws.rs.Path")
                        .should()
                        .haveSimpleNameEndingWith("Resource")
                        .allowEmptyShould(true)
                        .because("renaming must not escape the rules on resources"));
        rules.put(
                "SQL is in stores",
                noClasses()
                        .that(resideInAPackage(root + "..").and(describe("are not stores", c -> !isStore(c))))
                        .should()
                        .dependOnClassesThat(describe(
                                "are sessions of a database",
                                c -> Set.of(
                                                "java.sql.Connection",
                                                "java.sql.PreparedStatement",
                                                "java.sql.Statement",
                                                "java.sql.ResultSet",
                                                "javax.sql.DataSource",
                                                "java.sql.DriverManager",
                                                "org.hibernate.Session",
                                                "org.hibernate.StatelessSession",
                                                "jakarta.persistence.EntityManager")
                                        .contains(c.getName())))
                        .allowEmptyShould(true)
                        .because("SQL is read beside its use"));
        rules.put(
                "schedules are in jobs",
                methods()
                        .that()
                        .areAnnotatedWith("io.quarkus.scheduler.Scheduled")
                        .should()
                        .beDeclaredInClassesThat()
                        .haveSimpleNameEndingWith("Job")
                        .allowEmptyShould(true)
                        .because("a job decides nothing"));
        rules.put(
                "requests and responses are records",
                classes()
                        .that(resideInAPackage(root + "..")
                                .and(simpleNameEndingWith("Request").or(simpleNameEndingWith("Response"))))
                        .should()
                        .beRecords()
                        .allowEmptyShould(true)
                        .because("what is on the wire is a value"));
        rules.put(
                "nobody reads the system clock",
                noClasses().should(readTheSystemClock()).because("time is injected"));
        rules.put(
                "no field injection",
                noFields()
                        .should()
                        .beAnnotatedWith("jakarta.inject.Inject")
                        .allowEmptyShould(true)
                        .because("a class shows what it needs in its constructor"));
        rules.put(
                "no exceptions of one's own",
                noClasses()
                        .that(resideInAPackage(root + "..")
                                .and(DescribedPredicate.not(
                                        resideInAnyPackage("io.millrace.common.error..", "io.millrace.runtime.spi.."))))
                        .should()
                        .beAssignableTo(Throwable.class)
                        .because("PlatformException is the only one that leaves a service"));
        rules.put(
                "resources say who may call",
                classes()
                        .that()
                        .areAnnotatedWith("jakarta.ws.rs.Path")
                        .should(sayWhoMayCall())
                        .allowEmptyShould(true)
                        .because("authentication is never off by default"));
        rules.put(
                "resources keep no state",
                fields().that()
                        .areDeclaredInClassesThat()
                        .haveSimpleNameEndingWith("Resource")
                        .should()
                        .beFinal()
                        .allowEmptyShould(true)
                        .because("a resource serves many requests at once"));
        return rules;
    }

    private static boolean isStore(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer.getSimpleName().endsWith("Store");
    }

    private static ArchCondition<JavaClass> readTheSystemClock() {
        Set<String> forbidden = Set.of(
                "java.time.Instant.now",
                "java.time.LocalDate.now",
                "java.time.LocalDateTime.now",
                "java.time.OffsetDateTime.now",
                "java.time.ZonedDateTime.now",
                "java.lang.System.currentTimeMillis",
                "java.time.Clock.systemUTC",
                "java.time.Clock.systemDefaultZone",
                "java.time.Clock.system");
        return new ArchCondition<>("read the system clock") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.getPackageName().equals("io.millrace.common.time")) {
                    return;
                }
                type.getMethodCallsFromSelf().forEach(call -> {
                    String target = call.getTargetOwner().getName() + "."
                            + call.getTarget().getName();
                    boolean withClock = call.getTarget().getRawParameterTypes().stream()
                            .anyMatch(p -> p.getName().equals("java.time.Clock"));
                    if (forbidden.contains(target) && !withClock) {
                        events.add(SimpleConditionEvent.satisfied(type, call.getDescription()));
                    }
                });
                type.getConstructorCallsFromSelf().forEach(call -> {
                    if (call.getTargetOwner().getName().equals("java.util.Date")
                            && call.getTarget().getRawParameterTypes().isEmpty()) {
                        events.add(SimpleConditionEvent.satisfied(type, call.getDescription()));
                    }
                });
            }
        };
    }

    private static ArchCondition<JavaClass> sayWhoMayCall() {
        return new ArchCondition<>("carry a security annotation on the class or on every endpoint") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (annotated(type.getAnnotations())) {
                    return;
                }
                for (JavaMethod method : type.getMethods()) {
                    boolean endpoint = method.getAnnotations().stream()
                            .anyMatch(a -> a.getRawType().isAnnotatedWith("jakarta.ws.rs.HttpMethod"));
                    if (endpoint && !annotated(method.getAnnotations())) {
                        events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " does not say who may call it"));
                    }
                }
            }
        };
    }

    private static boolean annotated(Set<? extends JavaAnnotation<?>> annotations) {
        Set<String> names =
                annotations.stream().map(a -> a.getRawType().getName()).collect(Collectors.toSet());
        return names.stream().anyMatch(SECURITY::contains);
    }
}
