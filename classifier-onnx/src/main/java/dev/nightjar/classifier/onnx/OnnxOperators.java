/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operators of an ONNX file: the names of the operations in its graph, its nested graphs and its functions, and
 * which of them multiply full-range 8-bit weights; and which weights lie in other files. Everything else in the file is
 * passed over.
 */
final class OnnxOperators {
    // The numbers of the fields in onnx.proto.
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_FUNCTION = 25;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_INITIALIZER = 5;
    private static final int FUNCTION_NODE = 7;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_GRAPH = 6;
    private static final int ATTRIBUTE_GRAPHS = 11;
    private static final int TENSOR_SHAPE = 1;
    private static final int TENSOR_TYPE = 2;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_BYTES = 9;
    private static final int TENSOR_PLACE = 13;
    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    private static final int TYPE_INT8 = 3;

    /** Two products of weights up to this and of activations up to 255 fit into 16 bits together. */
    private static final int LARGEST_NARROW_WEIGHT = 64;

    // The forms of a field in the protocol buffers' encoding.
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private final Set<String> names = new HashSet<>();

    /** What integer operators read, by name, and where the signed 8-bit weights of each tensor lie. */
    private final Set<String> multiplied = new HashSet<>();

    private final Map<String, ByteBuffer> weights = new HashMap<>();

    private final List<ExternalWeights.Tensor> external = new ArrayList<>();
    private int position;

    private OnnxOperators(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The operators of a model.
     *
     * @throws IllegalArgumentException if the file is not encoded as a model is
     */
    static Set<String> of(byte[] model) {
        return reading(model).names;
    }

    /**
     * The weights of a model that lie in other files; none of a file that cannot be read, which is refused later.
     */
    static List<ExternalWeights.Tensor> external(byte[] model) {
        try {
            return reading(model).external;
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** Whether a model computes a sigmoid, as far as its file can be read. */
    static boolean haveSigmoid(byte[] model) {
        try {
            return of(model).contains("Sigmoid");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static OnnxOperators reading(byte[] model) {
        OnnxOperators operators = new OnnxOperators(model);
        try {
            operators.read(Message.MODEL, model.length);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("ends within a field", e);
        }
        return operators;
    }

    /**
     * Whether a model multiplies 8-bit activations by signed 8-bit weights so large that the sum of two products
     * overflows 16 bits, in which processors without VNNI compute it. A file that cannot be read counts as one that
     * does not.
     */
    static boolean haveWeightsOfFullRange(byte[] model) {
        try {
            OnnxOperators operators = reading(model);
            return operators.weights.entrySet().stream()
                    .anyMatch(tensor -> operators.multiplied.contains(tensor.getKey()) && isWide(tensor.getValue()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Whether a model scales its activations by their range in the whole batch, so that a text's answer depends on the
     * other texts of the batch. Weights alone in fewer bits ({@code MatMulNBits}, {@code DequantizeLinear}) do not. A
     * file that cannot be read counts as such a model, since that is the safe side.
     */
    static boolean areDynamicallyQuantised(byte[] model) {
        try {
            return of(model).stream()
                    .anyMatch(name -> name.startsWith("DynamicQuantize")
                            || name.equals("MatMulInteger")
                            || name.equals("ConvInteger"));
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static boolean multipliesIntegers(String operator) {
        return operator.startsWith("DynamicQuantize")
                || operator.startsWith("QLinear")
                || operator.contains("Integer")
                || operator.equals("QAttention")
                || operator.equals("QGemm");
    }

    private void read(Message message, int end) {
        List<String> inputs = new ArrayList<>();
        String name = "";
        long type = 0;
        ByteBuffer content = null;
        List<Long> shape = new ArrayList<>();
        Map<String, String> place = new HashMap<>();
        while (position < end) {
            long key = varint();
            int field = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case VARINT -> {
                    long value = varint();
                    type = message == Message.TENSOR && field == TENSOR_TYPE ? value : type;
                    if (message == Message.TENSOR && field == TENSOR_SHAPE) {
                        shape.add(value);
                    }
                }
                case FIXED_64 -> skip(8, end);
                case FIXED_32 -> skip(4, end);
                case LENGTH_DELIMITED -> {
                    long length = varint();
                    if (length < 0 || length > end - position) {
                        throw new IllegalArgumentException("has a field longer than what it is in");
                    }
                    int after = position + (int) length;
                    if (message == Message.NODE && field == NODE_INPUT) {
                        inputs.add(text(after));
                    } else if ((message == Message.NODE && field == NODE_OPERATOR)
                            || (message == Message.TENSOR && field == TENSOR_NAME)) {
                        name = text(after);
                    } else if (message == Message.TENSOR && field == TENSOR_BYTES) {
                        content = ByteBuffer.wrap(bytes, position, (int) length);
                    } else if (message == Message.TENSOR && field == TENSOR_SHAPE) {
                        while (position < after) {
                            shape.add(varint());
                        }
                    } else if (message == Message.TENSOR && field == TENSOR_PLACE) {
                        readEntry(after, place);
                    } else if (message.inner(field) != Message.OTHER) {
                        read(message.inner(field), after);
                    }
                    position = after;
                }
                default -> throw new IllegalArgumentException("has a field of an unknown form");
            }
        }
        if (message == Message.NODE && !name.isEmpty()) {
            names.add(name);
            if (multipliesIntegers(name)) {
                multiplied.addAll(inputs);
            }
        } else if (content != null && type == TYPE_INT8) {
            weights.put(name, content);
        }
        if (!place.isEmpty()) {
            external.add(new ExternalWeights.Tensor(name, (int) type, shape, place));
        }
    }

    /** A text by a key, each in a field. */
    private void readEntry(int end, Map<String, String> into) {
        String key = "";
        String value = "";
        while (position < end) {
            int field = (int) (varint() >>> 3);
            long length = varint();
            if (length < 0 || length > end - position) {
                throw new IllegalArgumentException("has a field longer than what it is in");
            }
            int after = position + (int) length;
            if (field == ENTRY_KEY) {
                key = text(after);
            } else if (field == ENTRY_VALUE) {
                value = text(after);
            }
            position = after;
        }
        into.put(key, value);
    }

    private String text(int end) {
        return new String(bytes, position, end - position, StandardCharsets.UTF_8);
    }

    /** Whether one of the signed bytes is too large; a single one is a zero point. */
    private static boolean isWide(ByteBuffer weights) {
        boolean wide = false;
        for (int i = weights.position(); i < weights.limit() && weights.remaining() > 1 && !wide; i++) {
            wide = Math.abs((int) weights.get(i)) > LARGEST_NARROW_WEIGHT;
        }
        return wide;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes[position++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("has a number of more than 64 bits");
    }

    private void skip(int length, int end) {
        if (length > end - position) {
            throw new IllegalArgumentException("ends within a field");
        }
        position += length;
    }

    private enum Message {
        MODEL,
        GRAPH,
        FUNCTION,
        NODE,
        ATTRIBUTE,
        TENSOR,
        OTHER;

        Message inner(int field) {
            return switch (this) {
                case MODEL -> field == MODEL_GRAPH ? GRAPH : field == MODEL_FUNCTION ? FUNCTION : OTHER;
                case GRAPH -> field == GRAPH_NODE ? NODE : field == GRAPH_INITIALIZER ? TENSOR : OTHER;
                case FUNCTION -> field == FUNCTION_NODE ? NODE : OTHER;
                case NODE -> field == NODE_ATTRIBUTE ? ATTRIBUTE : OTHER;
                case ATTRIBUTE -> field == ATTRIBUTE_GRAPH || field == ATTRIBUTE_GRAPHS ? GRAPH : OTHER;
                case TENSOR, OTHER -> OTHER;
            };
        }
    }
}
