import NPUMetrics
import Testing

@Suite("PNG filters and the encoder lose nothing")
struct PNGFilterTests {
  struct Shape: CustomStringConvertible, Sendable {
    var type: UInt8
    var depth: UInt8
    var bytesPerPixel: Int
    var description: String { "colour type \(type), \(depth) bits" }
  }

  private static let shapes = [
    Shape(type: 0, depth: 8, bytesPerPixel: 1), Shape(type: 4, depth: 8, bytesPerPixel: 2),
    Shape(type: 2, depth: 8, bytesPerPixel: 3), Shape(type: 6, depth: 8, bytesPerPixel: 4),
    Shape(type: 0, depth: 16, bytesPerPixel: 2), Shape(type: 4, depth: 16, bytesPerPixel: 4),
    Shape(type: 2, depth: 16, bytesPerPixel: 6), Shape(type: 6, depth: 16, bytesPerPixel: 8),
  ]

  private static let filterSequences: [[UInt8]] = [
    [0], [1], [2], [3], [4], [4, 4, 1], [4, 0, 4, 4, 4, 2], [3, 4], [4, 3, 2, 1, 0],
  ]

  @Test("All filters in all orders give back the raw rows, for every pixel size and narrow rows", arguments: shapes)
  func filters(shape: Shape) throws {
    var generator = SeededGenerator(seed: 5)
    for width in [1, 2, 3, 4, 5, 7, 17, 64] {
      for filters in Self.filterSequences {
        for height in [1, 2, 7] {
          let rowBytes = width * shape.bytesPerPixel
          // Few different values make the ties of the Paeth filter frequent.
          let spread: UInt8 = Bool.random(using: &generator) ? 3 : 255
          let raw = (0..<rowBytes * height).map { _ in UInt8.random(in: 0...spread, using: &generator) }
          var png = PNGBuilder()
          png.header(width: UInt32(width), height: UInt32(height), depth: shape.depth, type: shape.type)
          let rows = PNGBuilder.filtered(
            raw, rowBytes: rowBytes, distance: shape.bytesPerPixel, filters: filters)
          png.chunk("IDAT", PNGBuilder.stored(rows))
          png.chunk("IEND")
          let image = try PNGImage(decoding: png.bytes)
          let decoded =
            shape.depth == 8
            ? image.pixels.samples : image.pixels16.samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
          #expect(decoded == raw, "\(width)x\(height), filters \(filters)")
        }
      }
    }
  }

  @Test("The Paeth predictor is right for every order and tie of left, above and above left")
  func paethTies() throws {
    let values: [UInt8] = [
      0, 1, 2, 3, 4, 5, 6, 7, 63, 64, 65, 85, 126, 127, 128, 129, 170, 191, 192, 250, 252, 253, 254, 255,
    ]
    // The upper row holds all pairs (above left, above); the lower row puts one left value before each second pixel.
    let pairs = values.flatMap { corner in values.flatMap { above in [corner, above] } }
    for left in values {
      let lower = pairs.indices.map { $0 % 2 == 0 ? left : UInt8($0 & 255) }
      let raw = (pairs + lower).flatMap { [$0, $0, 255 - $0] }
      for filters: [UInt8] in [[4], [0, 4]] {
        var png = PNGBuilder()
        png.header(width: UInt32(pairs.count), height: 2)
        let rows = PNGBuilder.filtered(raw, rowBytes: pairs.count * 3, distance: 3, filters: filters)
        png.chunk("IDAT", PNGBuilder.stored(rows))
        png.chunk("IEND")
        #expect(try PNGImage(decoding: png.bytes).pixels.samples == raw, "left \(left), filters \(filters)")
      }
    }
  }

  @Test("Decoding what was encoded gives the same image", arguments: 1...4, PNGFilterChoice.allCases)
  func roundTrip(channels: Int, filter: PNGFilterChoice) throws {
    var generator = SeededGenerator(seed: 11)
    for (width, height) in [(1, 1), (1, 9), (9, 1), (33, 20), (150, 61)] {
      let noise = (0..<width * height * channels).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let ramp = (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 / channels + $0 / 9) }
      for samples in [noise, ramp] {
        let image = try PixelImage(width: width, height: height, channels: channels, samples: samples)
        for level in [0, 1, 6, 9] {
          let decoded = try PNGImage(decoding: image.pngEncoded(compressionLevel: level, filter: filter))
          #expect(decoded.pixels == image)
          #expect(decoded.warnings.isEmpty)
          #expect(decoded.info.isInterlaced == false)
        }
      }
    }
  }

  @Test("Filters make a smooth image smaller")
  func filtersHelp() throws {
    let samples = (0..<128 * 128).flatMap { place in
      let (x, y) = (place % 128, place / 128)
      return [UInt8(x), UInt8(y), UInt8((x * x + y * y) / 128 & 255)]
    }
    let image = try PixelImage(width: 128, height: 128, channels: 3, samples: samples)
    let plain = try image.pngEncoded(filter: .none).count
    #expect(try image.pngEncoded(filter: .adaptive).count * 2 < plain)
    #expect(try image.pngEncoded(compressionLevel: 0, filter: .none).count > 128 * 128 * 3)
  }

  @Test("A compression level that zlib does not have is refused", arguments: [-1, 10])
  func badLevel(level: Int) throws {
    let image = try PixelImage(width: 1, height: 1, channels: 1, samples: [0])
    let error = #expect(throws: PNGError.self) { try image.pngEncoded(compressionLevel: level) }
    #expect(error?.kind == .invalidOption)
  }
}
