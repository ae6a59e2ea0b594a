extension PNGImage {
  /// The image in 8 bits a sample, with the channels that it has.
  ///
  /// 16 bits are rounded to nearest, (255 v + 32895) >> 16; fewer than 8 are scaled by 255 / (2^depth - 1). An index
  /// beyond the palette is opaque black. A file of 8 bits without palette and key colour is not copied.
  public var pixels: PixelImage {
    if info.bitDepth == 16 { return pixels16.reduced }
    let samples =
      switch info.colorType {
      case .palette: indexedSamples()
      case .gray where info.bitDepth < 8 || palette.key != nil: graySamples()
      case .rgb: palette.key.map { withAlpha(packedSamples, key: $0) } ?? packedSamples
      default: packedSamples
      }
    return PixelImage(width: info.width, height: info.height, channels: channels, checkedSamples: samples)
  }

  /// The image in 16 bits a sample, with the channels that it has; 8 bits and fewer are widened by 257.
  public var pixels16: PixelImage16 {
    guard info.bitDepth == 16 else { return PixelImage16(widening: pixels) }
    let count = packedSamples.count / 2
    let inFile = unsafe [UInt16](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe packedSamples.withUnsafeBufferPointer { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for index in 0..<count {
          unsafe target[index] = UInt16(source[2 * index]) << 8 | UInt16(source[2 * index + 1])
        }
      }
      initialized = count
    }
    let samples = palette.key.map { withAlpha(inFile, key: $0) } ?? inFile
    return PixelImage16(width: info.width, height: info.height, channels: channels, checkedSamples: samples)
  }

  /// Red, green, blue and perhaps alpha for every index.
  private func indexedSamples() -> [UInt8] {
    let hasAlpha = palette.hasTransparency
    let table = (0..<1 << info.bitDepth).map { index -> [UInt8] in
      let color = index < palette.count ? Array(palette.colors[3 * index..<3 * index + 3]) : [0, 0, 0]
      return hasAlpha ? color + [index < palette.alphas.count ? palette.alphas[index] : 255] : color
    }
    return samples(from: table)
  }

  /// Scaled gray, and alpha where a key colour makes some of it transparent.
  private func graySamples() -> [UInt8] {
    let scale = 255 / ((1 << info.bitDepth) - 1)
    let table = (0..<1 << info.bitDepth).map { value -> [UInt8] in
      let gray = UInt8(value * scale)
      guard let key = palette.key else { return [gray] }
      return [gray, key == [UInt16(value)] ? 0 : 255]
    }
    return samples(from: table)
  }

  /// Looks every packed value up in a table of pixels, which has one for each value there can be.
  private func samples(from table: [[UInt8]]) -> [UInt8] {
    let bits = info.bitDepth
    let mask = (1 << bits) - 1
    let channels = channels
    let width = info.width
    let rowBytes = info.rowBytes(width: width)
    let flat = table.flatMap { $0 }
    let count = width * info.height * channels
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      unsafe packedSamples.withUnsafeBufferPointer { input in
        unsafe flat.withUnsafeBufferPointer { flat in
          guard var from = input.baseAddress, var into = output.baseAddress, let entries = flat.baseAddress else {
            return
          }
          for _ in 0..<info.height {
            for column in 0..<width {
              let place = column * bits
              let value = unsafe Int(from[place >> 3]) >> (8 - bits - place & 7) & mask
              for channel in 0..<channels { unsafe into[channel] = entries[value * channels + channel] }
              unsafe into += channels
            }
            unsafe from += rowBytes
          }
        }
      }
      initialized = count
    }
  }

  /// Samples without alpha, and behind each pixel the alpha that a key colour gives it.
  private func withAlpha<Sample: FixedWidthInteger>(_ samples: [Sample], key: [UInt16]) -> [Sample] {
    var result: [Sample] = []
    result.reserveCapacity(samples.count / key.count * (key.count + 1))
    for pixel in stride(from: 0, to: samples.count, by: key.count) {
      var isKey = true
      for channel in 0..<key.count {
        let sample = samples[pixel + channel]
        isKey = isKey && UInt16(truncatingIfNeeded: sample) == key[channel]
        result.append(sample)
      }
      result.append(isKey ? 0 : .max)
    }
    return result
  }
}
