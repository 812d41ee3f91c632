/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The operators of an ONNX file: the names of the operations that its graph, the graphs within it and its functions
 * consist of. Everything else in the file, its weights above all, is passed over.
 */
final class OnnxOperators {
    // The numbers of the fields in onnx.proto.
    private static final int MODEL_GRAPH = 7;
    private static final int MODEL_FUNCTION = 25;
    private static final int GRAPH_NODE = 1;
    private static final int FUNCTION_NODE = 7;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_GRAPH = 6;
    private static final int ATTRIBUTE_GRAPHS = 11;

    // The forms of a field in the protocol buffers' encoding.
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final byte[] bytes;
    private final Set<String> names = new HashSet<>();
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
        OnnxOperators operators = new OnnxOperators(model);
        try {
            operators.read(Message.MODEL, model.length);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("ends within a field", e);
        }
        return operators.names;
    }

    /**
     * Whether a model scales its activations by the range of their values in the whole batch, so that the answer for a text
     * depends on what else is in its batch. Weights alone in fewer bits ({@code MatMulNBits}, {@code DequantizeLinear})
     * do not. A file that cannot be read counts as such a model, since that is the safe side.
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

    private void read(Message message, int end) {
        while (position < end) {
            long key = varint();
            int field = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case VARINT -> varint();
                case FIXED_64 -> skip(8, end);
                case FIXED_32 -> skip(4, end);
                case LENGTH_DELIMITED -> {
                    long length = varint();
                    if (length < 0 || length > end - position) {
                        throw new IllegalArgumentException("has a field longer than what it is in");
                    }
                    readField(message, field, position + (int) length);
                }
                default -> throw new IllegalArgumentException("has a field of an unknown form");
            }
        }
    }

    private void readField(Message message, int field, int end) {
        if (message == Message.NODE && field == NODE_OPERATOR) {
            names.add(new String(bytes, position, end - position, StandardCharsets.UTF_8));
        } else {
            Message inner = message.inner(field);
            if (inner != Message.OTHER) {
                read(inner, end);
            }
        }
        position = end;
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
        OTHER;

        Message inner(int field) {
            return switch (this) {
                case MODEL -> field == MODEL_GRAPH ? GRAPH : field == MODEL_FUNCTION ? FUNCTION : OTHER;
                case GRAPH -> field == GRAPH_NODE ? NODE : OTHER;
                case FUNCTION -> field == FUNCTION_NODE ? NODE : OTHER;
                case NODE -> field == NODE_ATTRIBUTE ? ATTRIBUTE : OTHER;
                case ATTRIBUTE -> field == ATTRIBUTE_GRAPH || field == ATTRIBUTE_GRAPHS ? GRAPH : OTHER;
                case OTHER -> OTHER;
            };
        }
    }
}
