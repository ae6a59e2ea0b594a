extension PixelImage {
  /// The image with three channels; alpha is dropped, not blended, and gray is repeated.
  ///
  /// The result equals what Pillow's `convert("RGB")` makes of the same pixels. Linear time; an RGB image is returned
  /// as it is.
  public var rgb: PixelImage {
    channels == 3 ? self : mapPixels(channels: 3, alphaIfAbsent: 255)
  }

  /// The image with four channels; an image without alpha becomes opaque, and gray is repeated.
  ///
  /// Linear time; an RGBA image is returned as it is.
  public var rgba: PixelImage {
    channels == 4 ? self : mapPixels(channels: 4, alphaIfAbsent: 255)
  }

  /// The brightness of every pixel as one gray channel; alpha is dropped.
  ///
  /// L = (19595 R + 38470 G + 7471 B + 32768) >> 16, the weights 0.299, 0.587 and 0.114 of ITU-R BT.601 in 16-bit fixed
  /// point, rounded to nearest: bit for bit what Pillow's `convert("L")` gives for an RGB image. Gray stays as it is.
  public var luma: PixelImage {
    guard channels != 1 else { return self }
    let stride = channels
    let isColour = channels >= 3
    let result = unsafe [UInt8](unsafeUninitializedCapacity: pixelCount) { output, count in
      unsafe samples.withUnsafeBufferPointer { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for pixel in 0..<pixelCount {
          let sample = unsafe source + pixel * stride
          unsafe target[pixel] =
            isColour ? Self.luma(red: sample[0], green: sample[1], blue: sample[2]) : sample[0]
        }
      }
      count = pixelCount
    }
    return PixelImage(width: width, height: height, channels: 1, checkedSamples: result)
  }

  private static func luma(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
    UInt8(truncatingIfNeeded: (19595 &* UInt32(red) &+ 38470 &* UInt32(green) &+ 7471 &* UInt32(blue) &+ 0x8000) >> 16)
  }

  /// Repeats gray and adds or drops alpha; the target has three or four channels.
  private func mapPixels(channels targetChannels: Int, alphaIfAbsent: UInt8) -> PixelImage {
    let total = pixelCount * targetChannels
    let stride = channels
    let isColour = channels >= 3
    let hasAlpha = hasAlpha
    let result = unsafe [UInt8](unsafeUninitializedCapacity: total) { output, count in
      unsafe samples.withUnsafeBufferPointer { input in
        guard let source = input.baseAddress, let target = output.baseAddress else { return }
        for pixel in 0..<pixelCount {
          let from = unsafe source + pixel * stride
          let into = unsafe target + pixel * targetChannels
          unsafe into[0] = from[0]
          unsafe into[1] = isColour ? from[1] : from[0]
          unsafe into[2] = isColour ? from[2] : from[0]
          if targetChannels == 4 {
            unsafe into[3] = hasAlpha ? from[stride - 1] : alphaIfAbsent
          }
        }
      }
      count = total
    }
    return PixelImage(width: width, height: height, channels: targetChannels, checkedSamples: result)
  }
}
