/*
 * Copyright the Nightjar authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.nightjar.classifier.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights that a model keeps in files beside it. They are handed to ONNX Runtime as they were read and checked; it
 * opens no file itself.
 */
final class ExternalWeights {
    private final List<Tensor> tensors;
    private final Map<String, byte[]> files;

    /** @param files the files by the names that the model has for them */
    ExternalWeights(List<Tensor> tensors, Map<String, byte[]> files) {
        this.tensors = tensors;
        this.files = files;
    }

    /**
     * Where a tensor lies.
     *
     * @param type ONNX's number of its type
     * @param place what the model says of it: {@code location}, and optionally {@code offset} and {@code length}
     */
    record Tensor(String name, int type, List<Long> shape, Map<String, String> place) {
        String location() {
            return place.getOrDefault("location", "");
        }
    }

    /** Opens a session. */
    interface Opening {
        OrtSession open() throws OrtException;
    }

    /**
     * Opens a session that has the weights.
     *
     * @throws IllegalArgumentException if a file does not hold them; its message completes "model.onnx ..."
     */
    OrtSession addedTo(OrtSession.SessionOptions options, Opening opening) throws OrtException {
        Map<String, OnnxTensorLike> added = new LinkedHashMap<>();
        List<OnnxTensor> opened = new ArrayList<>();
        try {
            for (Tensor tensor : tensors) {
                OnnxTensor created = create(tensor);
                opened.add(created);
                added.put(tensor.name, created);
            }
            if (!added.isEmpty()) {
                options.addExternalInitializers(added);
            }
            return opening.open();
        } finally {
            opened.forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor create(Tensor tensor) throws OrtException {
        byte[] file = files.getOrDefault(tensor.location(), new byte[0]);
        OnnxJavaType type = type(tensor);
        long size = tensor.shape.stream().reduce(1L, Math::multiplyExact) * type.size;
        long offset = number(tensor, "offset", 0);
        if (offset < 0 || size < 0 || offset > file.length - size || number(tensor, "length", size) != size) {
            throw new IllegalArgumentException("wants " + size + " bytes of weights from byte " + offset + " of '"
                    + tensor.location() + "' on, which has " + file.length + "; the files are of different exports");
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
        bytes.put(file, (int) offset, (int) size).flip();
        long[] shape = tensor.shape.stream().mapToLong(length -> length).toArray();
        return OnnxTensor.createTensor(Environment.get(), bytes, shape, type);
    }

    private static long number(Tensor tensor, String key, long otherwise) {
        String text = tensor.place.get(key);
        return text == null ? otherwise : Long.parseLong(text);
    }

    private static OnnxJavaType type(Tensor tensor) {
        return switch (tensor.type) {
            case 1 -> OnnxJavaType.FLOAT;
            case 2 -> OnnxJavaType.UINT8;
            case 3 -> OnnxJavaType.INT8;
            case 6 -> OnnxJavaType.INT32;
            case 7 -> OnnxJavaType.INT64;
            case 10 -> OnnxJavaType.FLOAT16;
            case 11 -> OnnxJavaType.DOUBLE;
            case 16 -> OnnxJavaType.BFLOAT16;
            default ->
                throw new IllegalArgumentException(
                        "keeps weights of ONNX's type " + tensor.type + " in another file; export it as one file");
        };
    }
}
