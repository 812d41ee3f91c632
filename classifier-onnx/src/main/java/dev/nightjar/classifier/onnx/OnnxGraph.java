/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * A model in ONNX Runtime: rows of ids in, a row of logits for each out. Safe for use by multiple threads; closing it under
 * a running call would end the process, so its owner must not.
 */
final class OnnxGraph implements AutoCloseable {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPE_IDS = "token_type_ids";
    private static final String LOGITS = "logits";
    private static final Set<OnnxJavaType> FLOATS =
            EnumSet.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

    private static final byte[] DYNAMIC = "DynamicQuantize".getBytes(StandardCharsets.US_ASCII);

    private final OrtSession session;
    private final Map<String, OnnxJavaType> inputs;
    private final String output;
    private final int labels;
    private final long padId;

    private OnnxGraph(OrtSession session, int labels, long padId) throws OrtException {
        this.session = session;
        this.labels = labels;
        this.padId = padId;
        this.inputs = inputs(session.getInputInfo());
        this.output = output(session.getOutputInfo(), labels);
    }

    /**
     * Loads a model.
     *
     * @throws OrtException if ONNX Runtime does not take it
     * @throws IllegalArgumentException if it does not take ids or give logits of these labels; its message completes
     *     "model.onnx ..."
     */
    static OnnxGraph open(byte[] model, int labels, long padId, int intraOpThreads) throws OrtException {
        try (OrtSession.SessionOptions options = options(intraOpThreads)) {
            OrtSession session = Environment.createSession(model, options);
            try {
                return new OnnxGraph(session, labels, padId);
            } catch (OrtException | RuntimeException e) {
                Environment.close(session);
                throw e;
            }
        }
    }

    /**
     * Whether a model scales its activations by the range of their values in the whole batch. The operators that do so
     * stand in the file by their names, {@code DynamicQuantizeLinear} and others that begin alike.
     */
    static boolean isDynamicallyQuantised(byte[] model) {
        for (int i = 0; i <= model.length - DYNAMIC.length; i++) {
            if (model[i] == DYNAMIC[0] && Arrays.equals(model, i, i + DYNAMIC.length, DYNAMIC, 0, DYNAMIC.length)) {
                return true;
            }
        }
        return false;
    }

    /** The logits of each row, in the order of the rows. */
    float[][] logits(List<EncodedText> rows) throws OrtException {
        int length = rows.stream().mapToInt(EncodedText::length).max().orElseThrow();
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, OnnxJavaType> input : inputs.entrySet()) {
                tensors.put(input.getKey(), tensor(input.getValue(), fill(input.getKey(), rows, length), rows.size()));
            }
            try (OrtSession.Result result = session.run(tensors, Set.of(output))) {
                return rows(result.get(0), rows.size());
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        try {
            Environment.close(session);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close a session", e);
        }
    }

    private static OrtSession.SessionOptions options(int intraOpThreads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setInterOpNumThreads(1);
            options.setIntraOpNumThreads(intraOpThreads);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            // A model of bytes would read weights beside the working directory. Nothing lies in a folder nobody can
            // name.
            options.addConfigEntry(
                    "session.model_external_initializers_file_folder_path",
                    UUID.randomUUID().toString());
            return options;
        } catch (OrtException | RuntimeException e) {
            options.close();
            throw e;
        }
    }

    private static Map<String, OnnxJavaType> inputs(Map<String, NodeInfo> infos) {
        Map<String, OnnxJavaType> types = new HashMap<>();
        infos.forEach((name, info) -> {
            require(
                    Set.of(IDS, MASK, TYPE_IDS).contains(name),
                    "takes the input '" + name + "'; only " + IDS + ", " + MASK + " and " + TYPE_IDS + " can be given");
            require(
                    info.getInfo() instanceof TensorInfo tensor
                            && (tensor.type == OnnxJavaType.INT64 || tensor.type == OnnxJavaType.INT32),
                    "takes '" + name + "' as " + info.getInfo() + ", not as whole numbers");
            TensorInfo tensor = (TensorInfo) info.getInfo();
            require(
                    tensor.getShape().length == 2
                            && Arrays.stream(tensor.getShape()).allMatch(size -> size < 0),
                    "takes '" + name + "' in the fixed shape " + Arrays.toString(tensor.getShape())
                            + "; export it with dynamic batch and sequence axes");
            types.put(name, tensor.type);
        });
        require(types.containsKey(IDS), "takes no '" + IDS + "'");
        return types;
    }

    private static String output(Map<String, NodeInfo> infos, int labels) {
        require(
                infos.containsKey(LOGITS) || infos.size() == 1,
                "gives " + infos.keySet() + ", none of which is '" + LOGITS + "'; is it a sequence classifier?");
        String name =
                infos.containsKey(LOGITS) ? LOGITS : infos.keySet().iterator().next();
        ValueInfo info = Objects.requireNonNull(infos.get(name)).getInfo();
        require(
                info instanceof TensorInfo tensor
                        && FLOATS.contains(tensor.type)
                        && tensor.getShape().length == 2
                        && (tensor.getShape()[1] < 0 || tensor.getShape()[1] == labels),
                "gives '" + name + "' as " + info + ", not as a number for each of the " + labels
                        + " labels of config.json");
        return name;
    }

    private long[] fill(String input, List<EncodedText> rows, int length) {
        long[] values = new long[rows.size() * length];
        if (input.equals(IDS)) {
            Arrays.fill(values, padId);
        }
        for (int row = 0; row < rows.size(); row++) {
            EncodedText text = rows.get(row);
            int from = row * length;
            switch (input) {
                case IDS -> System.arraycopy(text.ids(), 0, values, from, text.length());
                case MASK -> Arrays.fill(values, from, from + text.length(), 1);
                default -> System.arraycopy(text.typeIds(), 0, values, from, text.length());
            }
        }
        return values;
    }

    private static OnnxTensor tensor(OnnxJavaType type, long[] values, int rows) throws OrtException {
        long[] shape = {rows, values.length / rows};
        return type == OnnxJavaType.INT64
                ? OnnxTensor.createTensor(Environment.get(), LongBuffer.wrap(values), shape)
                : OnnxTensor.createTensor(
                        Environment.get(),
                        IntBuffer.wrap(
                                Arrays.stream(values).mapToInt(Math::toIntExact).toArray()),
                        shape);
    }

    private float[][] rows(OnnxValue value, int count) throws OrtException {
        FloatBuffer numbers = ((OnnxTensor) value).getFloatBuffer();
        if (numbers.remaining() != count * labels) {
            throw new OrtException("The model gave " + numbers.remaining() + " numbers for " + count + " texts of "
                    + labels + " labels");
        }
        float[][] logits = new float[count][labels];
        for (float[] row : logits) {
            numbers.get(row);
        }
        return logits;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
