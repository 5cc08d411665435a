package io.millrace.formats.savedmodel;

import io.millrace.runtime.spi.ModelFormatException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;

/**
 * Refuses a graph that does more than compute. TensorFlow's operators read and write files, open connections and call
 * Python; an uploaded model has no need of these. What runs is looked at: operators without state, but for a few that reach
 * outside all the same, and those with state that a model keeps its numbers in.
 */
final class GraphGuard {

    /** Some without state by TensorFlow's register, and yet with files, servers or libraries behind them. */
    private static final Pattern OUTSIDE = Pattern.compile(
            "ReadFile|MatchingFiles|InitializeTableFromTextFile(V2)?|GenerateVocabRemapping|RemoteFusedGraphExecute"
                    + "|Debug.*|.*Dataset.*|.*Snapshot.*");

    /** Variables, tables, calls, random numbers and checks. */
    private static final Pattern KEEPING = Pattern.compile("VarHandleOp|VarIsInitializedOp|Variable(V2|Shape)?"
            + "|ReadVariableOp|AssignVariableOp|ResourceGather(Nd)?|HashTable(V2)?|(Anonymous)?Mutable(Dense)?HashTable\\w*"
            + "|AnonymousHashTable|InitializeTableV2|LookupTable(Find|Size|Import|Insert)V2|StatefulPartitionedCall|If|While"
            + "|Case|Assert|CheckNumerics(V2)?|GuaranteeConst|TensorArray\\w*|Stack\\w*|Empty|DeviceIndex|Multinomial"
            + "|Random(StandardNormal|Uniform|UniformInt|Shuffle)|TruncatedNormal|StatelessRandomGetAlg");

    /** What the loader runs to put the checkpoint's numbers into the variables. */
    private static final Pattern RESTORING = Pattern.compile("Const|Placeholder(WithDefault)?|VarHandleOp|Variable(V2)?"
            + "|Assign|AssignVariableOp|StatefulPartitionedCall|PartitionedCall|RestoreV2|Identity(N)?|NoOp|Cast"
            + "|(Mutable)?HashTable(V2)?|LookupTableImportV2");

    private final Map<String, NodeDef> nodes = new HashMap<>();
    private final Map<String, FunctionDef> functions = new HashMap<>();
    private final Predicate<String> stateful;
    private final String checkpoint;
    private final String restore;

    /** @param stateful whether TensorFlow says so of an operator */
    GraphGuard(MetaGraphDef meta, Predicate<String> stateful) {
        GraphDef graph = meta.getGraphDef();
        graph.getNodeList().forEach(node -> nodes.put(node.getName(), node));
        graph.getLibrary()
                .getFunctionList()
                .forEach(function -> functions.put(function.getSignature().getName(), function));
        this.stateful = stateful;
        this.checkpoint = node(meta.getSaverDef().getFilenameTensorName());
        this.restore = node(meta.getSaverDef().getRestoreOpName());
    }

    /**
     * Looks at everything that these tensors need, and at how variables are restored.
     *
     * @throws ModelFormatException naming the operator
     */
    void check(Collection<String> tensors) {
        Set<String> seen = new HashSet<>();
        for (NodeDef node : needed(tensors)) {
            computes(node, seen);
        }
        if (!restore.isEmpty()) {
            for (NodeDef node : needed(List.of(restore))) {
                restores(node);
            }
        }
    }

    private void computes(NodeDef node, Set<String> seen) {
        String operator = node.getOp();
        boolean function = functions.containsKey(operator);
        boolean allowed = !OUTSIDE.matcher(operator).matches()
                && (function || KEEPING.matcher(operator).matches() || !stateful.test(operator));
        if (!allowed) {
            throw refused(node);
        }
        for (FunctionDef called : calls(node)) {
            if (seen.add(called.getSignature().getName())) {
                called.getNodeDefList().forEach(inner -> computes(inner, seen));
            }
        }
    }

    /** Numbers may come from the model's own checkpoint only, so the name of the file is followed to where it comes from. */
    private void restores(NodeDef node) {
        if (!RESTORING.matcher(node.getOp()).matches()
                || (node.getOp().equals("RestoreV2") && !isCheckpoint(node.getInput(0)))) {
            throw refused(node);
        }
        for (FunctionDef called : calls(node)) {
            for (NodeDef inner : called.getNodeDefList()) {
                if (!RESTORING.matcher(inner.getOp()).matches()
                        || !calls(inner).isEmpty()
                        || (inner.getOp().equals("RestoreV2")
                                && !isCheckpoint(argument(node, called, inner.getInput(0))))) {
                    throw refused(inner);
                }
            }
        }
    }

    /** What a call gives for a function's argument. */
    private static @Nullable String argument(NodeDef call, FunctionDef function, String name) {
        for (int i = 0; i < function.getSignature().getInputArgCount() && i < call.getInputCount(); i++) {
            if (function.getSignature().getInputArg(i).getName().equals(name)) {
                return call.getInput(i);
            }
        }
        return null;
    }

    private boolean isCheckpoint(@Nullable String tensor) {
        return tensor != null && !checkpoint.isEmpty() && node(tensor).equals(checkpoint);
    }

    private Collection<NodeDef> needed(Collection<String> tensors) {
        Map<String, NodeDef> found = new HashMap<>();
        Deque<String> open = new ArrayDeque<>(tensors);
        while (!open.isEmpty()) {
            String name = node(open.pop());
            NodeDef node = nodes.get(name);
            if (node != null && found.put(name, node) == null) {
                open.addAll(node.getInputList());
            }
        }
        return found.values();
    }

    /** The functions of the graph that a node calls: as its operator, or by an attribute. */
    private List<FunctionDef> calls(NodeDef node) {
        Set<String> names = new HashSet<>();
        names.add(node.getOp());
        for (AttrValue value : node.getAttrMap().values()) {
            names.add(value.getFunc().getName());
            for (NameAttrList function : value.getList().getFuncList()) {
                names.add(function.getName());
            }
        }
        names.retainAll(functions.keySet());
        return names.stream().map(functions::get).toList();
    }

    /** The node of a tensor's or a control input's name. */
    private static String node(String tensor) {
        String name = tensor.startsWith("^") ? tensor.substring(1) : tensor;
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static ModelFormatException refused(NodeDef node) {
        return new ModelFormatException("the graph uses the operator " + node.getOp() + " (" + node.getName()
                + "), which reaches outside of the model or is not known to stay inside");
    }
}
