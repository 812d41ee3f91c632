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
import dev.nightjar.classifier.onnx.ModelConfig.Head;
import dev.nightjar.classifier.onnx.TextEncoder.EncodedText;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model in ONNX Runtime: rows of ids in, the numbers of each output for each row out. Safe for use by multiple
 * threads; closing it under a running call would end the process, so its owner must not.
 */
final class OnnxGraph implements AutoCloseable {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPE_IDS = "token_type_ids";
    private static final String POSITIONS = "position_ids";
    private static final String LOGITS = "logits";
    private static final String POOLED = "sentence_embedding";
    private static final List<String> TOKEN_VECTORS = List.of("last_hidden_state", "token_embeddings");
    private static final Set<OnnxJavaType> FLOATS =
            EnumSet.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

    private final OrtSession session;
    private final Map<String, OnnxJavaType> inputs;
    private final List<Output> outputs;
    private final Set<String> outputNames;
    private final long padId;
    private final long firstPosition;

    private OnnxGraph(OrtSession session, Wanted wanted, ModelConfig config) throws OrtException {
        this.session = session;
        this.padId = config.padId();
        this.firstPosition = config.firstPosition();
        this.inputs = inputs(session.getInputInfo());
        this.outputs = wanted.of(outputs(session.getOutputInfo()));
        this.outputNames = outputs.stream().map(Output::name).collect(Collectors.toUnmodifiableSet());
    }

    /** Which outputs of a model are read, and how. */
    @FunctionalInterface
    interface Wanted {
        /**
         * Chooses.
         *
         * @param outputs those of the model, by their names
         * @throws IllegalArgumentException if the model does not have them; its message completes "model.onnx ..."
         */
        List<Output> of(Map<String, TensorInfo> outputs);

        /** The logits of a classifier. */
        static Wanted logits(List<Head> heads) {
            return outputs -> heads.stream().map(head -> logits(head, outputs)).toList();
        }

        private static Output logits(Head head, Map<String, TensorInfo> outputs) {
            String wanted = head.output().isEmpty() ? LOGITS : head.output();
            boolean takesAny = head.output().isEmpty()
                    && outputs.size() == 1
                    && !head.labels().isEmpty();
            String name = takesAny ? outputs.keySet().iterator().next() : wanted;
            TensorInfo tensor = outputs.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("gives " + outputs.keySet() + ", none of which is '" + wanted
                        + "'; is it a sequence classifier?"
                        + (head.labels().isEmpty()
                                ? " config.json has no id2label; if it is one, name its labels with the option 'labels'"
                                : ""));
            }
            int labels = head.labels().size();
            int width = tensor.getShape().length == 1 ? 1 : Output.of(name, tensor, null).width;
            require(
                    (isFloat(tensor, 2) || isFloat(tensor, 1)) && (width < 0 || HeadScores.fits(labels, width)),
                    "gives '" + name + "' as "
                            + (width > 0 && tensor.type == OnnxJavaType.FLOAT ? width + " numbers" : tensor)
                            + ", not as a number for each of the " + labels
                            + " labels of config.json or of the option 'labels'");
            return new Output(name, tensor.type, width < 0 && labels > 0 ? labels : width, null);
        }

        /** The vector of a text: one that the model gives, or one made of its tokens'. */
        static Wanted vectors(Optional<Pooling> pooling) {
            return outputs ->
                    List.of(pooling.isPresent() ? tokenVectors(outputs, pooling.get()) : textVectors(outputs));
        }

        private static Output textVectors(Map<String, TensorInfo> outputs) {
            String name = outputs.size() == 1 ? outputs.keySet().iterator().next() : POOLED;
            TensorInfo tensor = outputs.get(name);
            if (tensor == null || !isFloat(tensor, 2)) {
                throw new IllegalArgumentException("gives " + outputs.keySet() + ", but no vector for a text as '"
                        + POOLED + "'; say with 'pooling' how it is made of those of its tokens: " + Pooling.ids());
            }
            return Output.of(name, tensor, null);
        }

        private static Output tokenVectors(Map<String, TensorInfo> outputs, Pooling pooling) {
            String name = TOKEN_VECTORS.stream()
                    .filter(outputs::containsKey)
                    .findFirst()
                    .orElseGet(() -> outputs.keySet().iterator().next());
            TensorInfo tensor = outputs.get(name);
            if (tensor == null || !isFloat(tensor, 3)) {
                throw new IllegalArgumentException("gives " + outputs.keySet() + ", but no vector for each token as '"
                        + TOKEN_VECTORS.get(0) + "', which the pooling '" + pooling.id() + "' needs");
            }
            return Output.of(name, tensor, pooling);
        }

        private static boolean isFloat(TensorInfo tensor, int dimensions) {
            return FLOATS.contains(tensor.type) && tensor.getShape().length == dimensions;
        }
    }

    /**
     * An output that is read.
     *
     * @param width how many numbers it gives for a text, or for a token if they are pooled; negative if not known
     * @param pooling null where a text has one vector
     */
    record Output(
            String name,
            OnnxJavaType type,
            int width,
            @Nullable Pooling pooling) {
        static Output of(String name, TensorInfo tensor, @Nullable Pooling pooling) {
            long[] shape = tensor.getShape();
            return new Output(name, tensor.type, shape.length == 0 ? -1 : (int) shape[shape.length - 1], pooling);
        }
    }

    /**
     * Loads a model.
     *
     * @throws OrtException if ONNX Runtime does not take it
     * @throws IllegalArgumentException if it does not take ids or lacks the required output; its message completes
     *     "model.onnx ..."
     * @throws dev.nightjar.ConfigException if the device cannot be used
     */
    static OnnxGraph open(
            byte[] model, ExternalWeights weights, Wanted wanted, ModelConfig config, int intraOpThreads, Device device)
            throws OrtException {
        try (OrtSession.SessionOptions options = options(intraOpThreads)) {
            device.addTo(options);
            OrtSession session = weights.addedTo(options, () -> Environment.createSession(model, options));
            try {
                return new OnnxGraph(session, wanted, config);
            } catch (OrtException | RuntimeException e) {
                Environment.close(session);
                throw e;
            }
        }
    }

    /** Whether all the numbers are numbers. */
    static boolean areNumbers(float[] numbers) {
        for (float number : numbers) {
            if (Float.isNaN(number) || Float.isInfinite(number)) {
                return false;
            }
        }
        return true;
    }

    /** Whether one of the outputs that are read is an answer in 16 bits. */
    boolean isHalfPrecision() {
        return outputs.stream().anyMatch(output -> output.type != OnnxJavaType.FLOAT);
    }

    /** Whether the model can be told which tokens are padding. */
    boolean takesMask() {
        return inputs.containsKey(MASK);
    }

    /** For each row, in the order of the rows, the numbers of each output, in the order of the outputs. */
    List<float[][]> run(List<EncodedText> rows, Batching batching) throws OrtException {
        int length = rows.stream().mapToInt(EncodedText::length).max().orElseThrow();
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, OnnxJavaType> input : inputs.entrySet()) {
                tensors.put(
                        input.getKey(),
                        tensor(input.getValue(), fill(input.getKey(), rows, length, batching), rows.size()));
            }
            try (OrtSession.Result result = session.run(tensors, outputNames)) {
                List<float[][]> numbers = new ArrayList<>(rows.size());
                rows.forEach(row -> numbers.add(new float[outputs.size()][]));
                for (int i = 0; i < outputs.size(); i++) {
                    Output output = outputs.get(i);
                    OnnxValue value = result.get(output.name).orElseThrow();
                    split(output, ((OnnxTensor) value).getFloatBuffer(), rows, length, i, numbers, batching);
                }
                return numbers;
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

    static OrtSession.SessionOptions options(int intraOpThreads) throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setInterOpNumThreads(1);
            options.setIntraOpNumThreads(intraOpThreads);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("session.inter_op.allow_spinning", "0");
            // A model opened from bytes would look for its weights in the working directory. Nothing lies in a folder
            // nobody can name.
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
                    Set.of(IDS, MASK, TYPE_IDS, POSITIONS).contains(name),
                    "takes the input '" + name + "'; only " + IDS + ", " + MASK + ", " + TYPE_IDS + " and " + POSITIONS
                            + " can be given");
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

    private static Map<String, TensorInfo> outputs(Map<String, NodeInfo> infos) {
        return infos.entrySet().stream()
                .filter(info -> info.getValue().getInfo() instanceof TensorInfo)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, info -> (TensorInfo) info.getValue().getInfo()));
    }

    private long[] fill(String input, List<EncodedText> rows, int length, Batching batching) {
        long[] values = new long[rows.size() * length];
        if (input.equals(IDS)) {
            Arrays.fill(values, padId);
        }
        for (int row = 0; row < rows.size(); row++) {
            EncodedText text = rows.get(row);
            int from = row * length + start(text, length, batching);
            switch (input) {
                case IDS -> System.arraycopy(text.ids(), 0, values, from, text.length());
                case MASK -> Arrays.fill(values, from, from + text.length(), 1);
                case POSITIONS -> {
                    for (int i = 0; i < text.length(); i++) {
                        values[from + i] = firstPosition + i;
                    }
                }
                default -> System.arraycopy(text.typeIds(), 0, values, from, text.length());
            }
        }
        return values;
    }

    /** Where a text begins in its row. */
    private static int start(EncodedText text, int length, Batching batching) {
        return batching == Batching.PADDED_LEFT ? length - text.length() : 0;
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

    /** Gives each row its part of an output. */
    private static void split(
            Output output,
            FloatBuffer values,
            List<EncodedText> rows,
            int length,
            int place,
            List<float[][]> numbers,
            Batching batching)
            throws OrtException {
        int perRow = values.remaining() / rows.size();
        int width = output.pooling == null ? perRow : perRow / length;
        if (values.remaining() != rows.size() * perRow || (output.width >= 0 && width != output.width) || width == 0) {
            throw new OrtException("The model gave " + values.remaining() + " numbers as '" + output.name + "' for "
                    + rows.size() + " texts of " + output.width + " each");
        }
        float[] row = new float[perRow];
        for (int i = 0; i < rows.size(); i++) {
            values.get(row);
            EncodedText text = rows.get(i);
            numbers.get(i)[place] = output.pooling == null
                    ? row.clone()
                    : output.pooling.pool(row, start(text, length, batching) * width, text.length(), width);
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
