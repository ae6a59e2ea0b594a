extension WAVFile {
  /// Decodes samples to single precision: exact for PCM up to 24 bits, A-law, µ-law and 32-bit float.
  ///
  /// PCM of b bits is divided by 2^(b - 1), so that the greatest positive sample is just below 1 and the least is -1;
  /// 8 bits have their offset of 128 removed; bits that do not fill their bytes count from the top. Float samples keep
  /// their value, which may exceed 1 or be not finite. A-law and µ-law follow ITU-T G.711 in its 16-bit form, divided
  /// by 32768. Memory: 4 bytes a sample of the frames asked for, so that long files can be read in parts.
  ///
  /// - Parameters:
  ///   - bytes: The bytes from which the file was read.
  ///   - frames: The frames to decode; nil for all.
  /// - Returns: The samples, those of one frame side by side.
  /// - Throws: ``AudioError`` if the bytes are too few for this file or frames lie beyond its end.
  public func samples(of bytes: [UInt8], frames: Range<Int>? = nil) throws(AudioError) -> [Float] {
    let range = try byteRange(of: frames, in: bytes.count)
    return decode(bytes.span.extracting(range)) { Float($0) }
  }

  /// Decodes samples to double precision: exact for every encoding.
  ///
  /// - Parameters:
  ///   - bytes: The bytes from which the file was read.
  ///   - frames: The frames to decode; nil for all.
  /// - Returns: The samples in the scale of the single-precision form, those of one frame side by side.
  /// - Throws: ``AudioError`` if the bytes are too few for this file or frames lie beyond its end.
  public func doubleSamples(of bytes: [UInt8], frames: Range<Int>? = nil) throws(AudioError) -> [Double] {
    let range = try byteRange(of: frames, in: bytes.count)
    return decode(bytes.span.extracting(range)) { $0 }
  }

  private func byteRange(of frames: Range<Int>?, in available: Int) throws(AudioError) -> Range<Int> {
    let frames = frames ?? 0..<frameCount
    guard frames.lowerBound >= 0, frames.upperBound <= frameCount, dataRange.upperBound <= available else {
      throw AudioError(
        kind: .invalidOption,
        message:
          "Frames \(frames) of a file of \(frameCount) frames that end at byte \(dataRange.upperBound) were asked "
          + "for with \(available) bytes; give the bytes that the file was read from, and frames within it.")
    }
    let size = format.bytesPerFrame
    return dataRange.lowerBound + frames.lowerBound * size..<dataRange.lowerBound + frames.upperBound * size
  }

  @inline(__always)
  private func decode<Sample>(_ bytes: Span<UInt8>, _ convert: (Double) -> Sample) -> [Sample] {
    switch (format.encoding, format.bytesPerSample) {
    case (.pcm, 1): Self.decode(bytes, size: 1) { convert(Double(Int($0) - 128) / 128) }
    case (.pcm, 2): Self.decode(bytes, size: 2) { convert(Double(Int16(truncatingIfNeeded: $0)) / 32_768) }
    case (.pcm, 3): Self.decode(bytes, size: 3) { convert(Double(Int32(truncatingIfNeeded: $0 << 8)) / 0x1p31) }
    case (.pcm, _): Self.decode(bytes, size: 4) { convert(Double(Int32(truncatingIfNeeded: $0)) / 0x1p31) }
    case (.float, 4):
      Self.decode(bytes, size: 4) { convert(Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0)))) }
    case (.float, _): Self.decode(bytes, size: 8) { convert(Double(bitPattern: $0)) }
    case (.aLaw, _):
      Self.decode(bytes, size: 1) { convert(Double(G711.aLaw(UInt8(truncatingIfNeeded: $0))) / 32_768) }
    case (.muLaw, _):
      Self.decode(bytes, size: 1) { convert(Double(G711.muLaw(UInt8(truncatingIfNeeded: $0))) / 32_768) }
    }
  }

  @inline(__always)
  private static func decode<Sample>(_ bytes: Span<UInt8>, size: Int, _ convert: (UInt64) -> Sample) -> [Sample] {
    let count = bytes.count / size
    var samples: [Sample] = []
    samples.reserveCapacity(count)
    for index in 0..<count {
      var value: UInt64 = 0
      for byte in 0..<size { value |= UInt64(bytes[index * size + byte]) << UInt64(8 * byte) }
      samples.append(convert(value))
    }
    return samples
  }
}

extension AudioClip {
  /// Reads and decodes a WAV file; of concatenated files, the first.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: ``AudioError`` if it is not a WAV file that can be read.
  public init(wav bytes: [UInt8]) throws(AudioError) {
    let file = try WAVFile(bytes)
    try self.init(
      samples: file.samples(of: bytes), channels: file.format.channels, sampleRate: file.format.sampleRate)
  }
}
