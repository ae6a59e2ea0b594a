import NPUMetrics
import Testing

@Suite("Pixel images")
struct PixelImageTests {
  @Test(
    "A shape that does not fit its samples is refused",
    arguments: [
      (0, 1, 1, 0, ImageError.Kind.invalidDimensions), (1, -1, 1, 0, .invalidDimensions),
      (1, 1, 0, 0, .invalidChannelCount), (1, 1, 5, 5, .invalidChannelCount), (2, 2, 3, 11, .sampleCountMismatch),
      (2, 2, 3, 13, .sampleCountMismatch), (Int.max, 2, 4, 8, .invalidDimensions),
    ])
  func refusals(width: Int, height: Int, channels: Int, count: Int, kind: ImageError.Kind) {
    let samples = [UInt8](repeating: 0, count: count)
    let error = #expect(throws: ImageError.self) {
      try PixelImage(width: width, height: height, channels: channels, samples: samples)
    }
    #expect(error?.kind == kind)
    let wideError = #expect(throws: ImageError.self) {
      try PixelImage16(width: width, height: height, channels: channels, samples: samples.map(UInt16.init))
    }
    #expect(wideError?.kind == kind)
  }

  @Test("Conversions repeat gray, drop alpha and add opaqueness")
  func conversions() throws {
    let gray = try PixelImage(width: 2, height: 1, channels: 1, samples: [5, 9])
    #expect(gray.rgb.samples == [5, 5, 5, 9, 9, 9])
    #expect(gray.rgba.samples == [5, 5, 5, 255, 9, 9, 9, 255])
    #expect(gray.luma == gray)
    let grayAlpha = try PixelImage(width: 1, height: 2, channels: 2, samples: [5, 100, 9, 0])
    #expect(grayAlpha.rgb.samples == [5, 5, 5, 9, 9, 9])
    #expect(grayAlpha.rgba.samples == [5, 5, 5, 100, 9, 9, 9, 0])
    #expect(grayAlpha.luma.samples == [5, 9])
    let rgba = try PixelImage(width: 1, height: 1, channels: 4, samples: [1, 2, 3, 4])
    #expect(rgba.rgb.samples == [1, 2, 3])
    #expect(rgba.rgba == rgba)
    #expect(try PixelImage(width: 1, height: 1, channels: 3, samples: [1, 2, 3]).rgba.samples == [1, 2, 3, 255])
  }

  @Test(
    "Luma is that of Pillow",
    arguments: [
      ([255, 255, 255], 255), ([255, 0, 0], 76), ([0, 255, 0], 150), ([0, 0, 255], 29), ([1, 1, 1], 1),
      ([10, 200, 77], 129),
    ] as [([UInt8], UInt8)])
  func luma(rgb: [UInt8], expected: UInt8) throws {
    #expect(try PixelImage(width: 1, height: 1, channels: 3, samples: rgb).luma.samples == [expected])
    #expect(try PixelImage(width: 1, height: 1, channels: 4, samples: rgb + [3]).luma.samples == [expected])
  }

  @Test("16 bits are rounded to 8 for every value, and 8 bits come back from 16")
  func depths() throws {
    let all = try PixelImage16(width: 256, height: 256, channels: 1, samples: (0...65535).map { UInt16($0) })
    for (value, sample) in all.reduced.samples.enumerated() {
      #expect(sample == UInt8((Double(value) * 255 / 65535).rounded()))
    }
    let narrow = try PixelImage(width: 256, height: 1, channels: 1, samples: (0...255).map { UInt8($0) })
    #expect(PixelImage16(widening: narrow).reduced == narrow)
    #expect(PixelImage16(widening: narrow).samples.last == .max)
  }
}
