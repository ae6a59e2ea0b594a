extension PNGImage {
  /// The picture in 8 bits a sample, with the channels that it has.
  ///
  /// 16 bits are rounded to nearest, (255 v + 32895) >> 16; fewer than 8 are scaled by 255 / (2^depth - 1). An index
  /// beyond the palette is opaque black. A file of 8 bits without palette and key colour is not copied.
  public var pixels: PixelImage {
    if info.bitDepth == 16 { return pixels16.reduced }
    let samples =
      switch info.colorType {
      case .palette: indexedSamples()
      case .gray where info.bitDepth < 8 || palette.key != nil: graySamples()
      case .rgb: palette.key.map(keyedSamples(key:)) ?? packedSamples
      default: packedSamples
      }
    return PixelImage(width: info.width, height: info.height, channels: channels, checkedSamples: samples)
  }

  /// The picture in 16 bits a sample, with the channels that it has; 8 bits and fewer are widened by 257.
  public var pixels16: PixelImage16 {
    guard info.bitDepth == 16 else { return PixelImage16(widening: pixels) }
    let inFile = info.colorType.samplesPerPixel
    var samples: [UInt16] = []
    samples.reserveCapacity(info.width * info.height * channels)
    for pixel in stride(from: 0, to: packedSamples.count, by: 2 * inFile) {
      for sample in stride(from: pixel, to: pixel + 2 * inFile, by: 2) {
        samples.append(UInt16(packedSamples[sample]) << 8 | UInt16(packedSamples[sample + 1]))
      }
      if let key = palette.key { samples.append(samples.suffix(inFile).elementsEqual(key) ? 0 : .max) }
    }
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
    let flat = table.flatMap { $0 }
    let channels = channels
    let rowBytes = info.rowBytes(width: info.width)
    let mask = (1 << bits) - 1
    var result: [UInt8] = []
    result.reserveCapacity(info.width * info.height * channels)
    for row in 0..<info.height {
      for column in 0..<info.width {
        let place = column * bits
        let value = Int(packedSamples[row * rowBytes + place >> 3]) >> (8 - bits - place & 7) & mask
        for channel in 0..<channels { result.append(flat[value * channels + channel]) }
      }
    }
    return result
  }

  /// Colours with the alpha that a key colour gives them.
  private func keyedSamples(key: [UInt16]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(info.width * info.height * 4)
    for pixel in stride(from: 0, to: packedSamples.count, by: 3) {
      let color = packedSamples[pixel..<pixel + 3]
      result.append(contentsOf: color)
      result.append(zip(color, key).allSatisfy { UInt16($0) == $1 } ? 0 : 255)
    }
    return result
  }
}
