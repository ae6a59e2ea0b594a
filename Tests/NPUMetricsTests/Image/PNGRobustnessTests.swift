import NPUMetrics
import Testing

@Suite("PNG decoding survives damaged and hostile files")
struct PNGRobustnessTests {
  private static let legal = GoldenPNG.made.filter { $0.file.hasPrefix("v_") && $0.file != "v_wide_1bit.png" }

  @Test(
    "Every file cut short before its end is refused",
    arguments: [
      "v_filter4_rgb8.png", "v_adam7_d16_c6_5x6.png", "v_idat_1byte.png", "v_trns_pal_full.png", "v_huffman_only.png",
    ])
  func truncation(file: String) throws {
    let bytes = try GoldenPNG.bytes(file)
    for length in 0..<bytes.count {
      let error = #expect(throws: PNGError.self, "cut at \(length)") {
        try PNGImage(decoding: Array(bytes.prefix(length)))
      }
      #expect(error?.kind == .truncated, "cut at \(length)")
    }
  }

  @Test("Thousands of random changes give an image or an error, and the checksums notice nearly all")
  func mutation() throws {
    var generator = SeededGenerator(seed: 20_260_101)
    let files = try Self.legal.map { try GoldenPNG.bytes($0.file) }
    var decoded = 0
    for round in 0..<4000 {
      var bytes = files[round % files.count]
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        }
        if bytes.isEmpty { bytes = [0] }
      }
      if let image = try? PNGImage(decoding: bytes, limits: PNGLimits(maximumPixels: 1 << 20)) {
        decoded += 1
        #expect(image.pixels.rgba.samples.count == image.info.width * image.info.height * 4)
      }
    }
    // Only changes of ancillary chunks and behind the end go through.
    #expect(decoded < 1000)
  }

  @Test("Random changes of the header and the stream with right checksums give an image or an error")
  func mutationBehindChecksums() throws {
    var generator = SeededGenerator(seed: 7)
    var decoded = 0
    for _ in 0..<2500 {
      let type: UInt8 = [0, 2, 3, 4, 6][Int.random(in: 0..<5, using: &generator)]
      let depth: UInt8 = [1, 2, 4, 8, 16][Int.random(in: 0..<5, using: &generator)]
      var png = PNGBuilder()
      png.header(
        width: UInt32.random(in: 1...12, using: &generator), height: UInt32.random(in: 1...12, using: &generator),
        depth: depth, type: type, interlace: UInt8.random(in: 0...1, using: &generator))
      png.chunk("PLTE", (0..<3 * Int.random(in: 1...4, using: &generator)).map { UInt8($0) })
      png.chunk("tRNS", (0..<Int.random(in: 0...6, using: &generator)).map { UInt8($0) })
      let raw = (0..<Int.random(in: 1...1400, using: &generator)).map { _ in UInt8.random(in: 0...4, using: &generator)
      }
      var stream = PNGBuilder.stored(raw)
      if Bool.random(using: &generator) {
        let place = Int.random(in: 0..<stream.count, using: &generator)
        stream[place] = UInt8.random(in: 0...255, using: &generator)
      }
      png.chunk("IDAT", stream)
      png.chunk("IEND")
      if let image = try? PNGImage(decoding: png.bytes) {
        decoded += 1
        #expect(image.pixels.rgba.samples.count == image.info.width * image.info.height * 4)
        #expect(image.pixels16.rgba.reduced == image.pixels.rgba)
      }
    }
    #expect(decoded > 100)
  }

  @Test(
    "A header that claims a huge image costs nothing",
    arguments: [
      (1_000_000, 1_000_000, PNGError.Kind.limitExceeded), (1_000_001, 1, .limitExceeded),
      (0x7FFF_FFFF, 0x7FFF_FFFF, .limitExceeded), (0x8000_0000, 1, .invalidHeader), (1, 0xFFFF_FFFF, .invalidHeader),
      (0, 1, .invalidHeader), (1, 0, .invalidHeader), (10_000, 10_000, .notEnoughImageData),
    ])
  func hugeDimensions(width: UInt32, height: UInt32, kind: PNGError.Kind) {
    var png = PNGBuilder()
    png.header(width: width, height: height, depth: 8, type: 6)
    png.chunk("IDAT", PNGBuilder.stored([0, 1, 2, 3, 4]))
    png.chunk("IEND")
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: png.bytes) }
    #expect(error?.kind == kind)
  }

  @Test("Limits that are as wide as integers go are still no trap")
  func widestLimits() {
    var png = PNGBuilder()
    png.header(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, depth: 16, type: 6, interlace: 1)
    png.chunk("IDAT", PNGBuilder.stored([0, 1]))
    png.chunk("IEND")
    let limits = PNGLimits(maximumSide: .max, maximumPixels: .max, maximumBytes: .max)
    #expect(throws: PNGError.self) { try PNGImage(decoding: png.bytes, limits: limits) }
  }

  @Test("A stream far larger than the image is read only as far as the image goes")
  func bomb() throws {
    var png = PNGBuilder()
    png.header(width: 2, height: 1, depth: 8, type: 0)
    png.chunk("IDAT", PNGBuilder.stored([0, 10, 20] + [UInt8](repeating: 0, count: 1 << 20)))
    png.chunk("IEND")
    let image = try PNGImage(decoding: png.bytes)
    #expect(image.pixels.samples == [10, 20])
    #expect(image.warnings.map(\.message) == ["There is more image data than pixels; the rest was ignored."])
  }

  @Test("Caller's limits hold, each for itself")
  func limits() throws {
    let bytes = try PixelImage(width: 20, height: 10, channels: 3, samples: [UInt8](repeating: 9, count: 600))
      .pngEncoded()
    let exact = PNGLimits(maximumSide: 20, maximumPixels: 200, maximumBytes: 600)
    #expect(try PNGImage(decoding: bytes, limits: exact).info.width == 20)
    for tooSmall in [
      PNGLimits(maximumSide: 19), PNGLimits(maximumPixels: 199), PNGLimits(maximumBytes: 599),
    ] {
      let error = #expect(throws: PNGError.self) { try PNGImage(decoding: bytes, limits: tooSmall) }
      #expect(error?.kind == .limitExceeded)
    }
  }

  @Test(
    "Another format is named",
    arguments: [
      ([0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "JPEG"), (Array("GIF89a....".utf8), "GIF"),
      (Array("RIFF....WEBPVP8 ".utf8), "WebP"), (Array("BM".utf8) + [1, 0, 0, 0, 0, 0, 0, 0, 54], "BMP"),
      ([0x49, 0x49, 0x2A, 0], "TIFF"), ([0, 0, 0, 32] + Array("ftypavif".utf8), "AVIF"),
    ] as [([UInt8], String)])
  func otherFormats(bytes: [UInt8], name: String) {
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: bytes) }
    #expect(error?.kind == .unsupportedFormat)
    #expect(error?.message.contains(name) == true)
  }

  @Test("What is no image at all is refused with its first bytes")
  func notPNG() {
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: Array("{\"error\": 500}".utf8)) }
    #expect(error?.kind == .notPNG)
    #expect(error?.message.contains("7b 22 65") == true)
  }

  @Test(
    "A chunk in the wrong place is refused",
    arguments: [
      (["IDAT", "IEND"], PNGError.Kind.chunkOrder), (["tEXt", "IHDR", "IDAT", "IEND"], .chunkOrder),
      (["IHDR", "IHDR", "IDAT", "IEND"], .chunkOrder), (["IHDR", "IEND"], .chunkOrder),
      (["IHDR", "IDAT", "IHDR", "IEND"], .chunkOrder), (["IHDR", "PLTE", "PLTE", "IDAT", "IEND"], .chunkOrder),
      (["IHDR", "ABCD", "IDAT", "IEND"], .unknownCriticalChunk), (["IHDR", "IDAT"], .truncated),
      (["IHDR", "ID?T", "IDAT", "IEND"], .invalidChunk), ([], .truncated),
    ])
  func chunkOrder(chunks: [String], kind: PNGError.Kind) {
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: Self.file(of: chunks)) }
    #expect(error?.kind == kind)
  }

  @Test(
    "A chunk that cannot change the pixels is passed over, with a word where it is wrong",
    arguments: [
      (["IHDR", "tEXt", "IDAT", "tEXt", "IEND"], 0), (["IHDR", "PLTE", "IDAT", "IEND"], 0),
      (["IHDR", "IDAT", "PLTE", "IEND"], 1), (["IHDR", "IDAT", "IDAT", "IEND"], 1),
      (["IHDR", "IDAT", "tRNS", "IEND"], 1), (["IHDR", "tRNS", "tRNS", "IDAT", "IEND"], 2),
      (["IHDR", "IDAT", "IEND", "IHDR"], 0),
    ])
  func tolerated(chunks: [String], warnings: Int) throws {
    let image = try PNGImage(decoding: Self.file(of: chunks))
    #expect(image.pixels.rgb.samples == [1, 2, 3])
    #expect(image.warnings.count == warnings, "\(image.warnings)")
  }

  private static func file(of chunks: [String]) -> [UInt8] {
    var png = PNGBuilder()
    for chunk in chunks {
      switch chunk {
      case "IHDR": png.header(width: 1, height: 1)
      case "IDAT": png.chunk("IDAT", PNGBuilder.stored([0, 1, 2, 3]))
      case "PLTE": png.chunk("PLTE", [1, 2, 3])
      default: png.chunk(chunk)
      }
    }
    return png.bytes
  }

  @Test("Image data stands in chunks that follow each other, of any size")
  func splitData() throws {
    let stream = PNGBuilder.stored([0, 1, 2, 3])
    func file(_ body: (inout PNGBuilder) -> Void) -> [UInt8] {
      var png = PNGBuilder()
      png.header(width: 1, height: 1)
      body(&png)
      png.chunk("IEND")
      return png.bytes
    }
    let split = file { png in
      png.chunk("IDAT")
      for byte in stream {
        png.chunk("IDAT", [byte])
        png.chunk("IDAT")
      }
    }
    let image = try PNGImage(decoding: split)
    #expect(image.pixels.samples == [1, 2, 3])
    #expect(image.warnings.isEmpty)
    let interrupted = file { png in
      png.chunk("IDAT", Array(stream.prefix(5)))
      png.chunk("tEXt")
      png.chunk("IDAT", Array(stream.dropFirst(5)))
    }
    let error = #expect(throws: PNGError.self) { try PNGImage(decoding: interrupted) }
    #expect(error?.kind == .notEnoughImageData)
  }

  @Test("A wrong checksum is an error where the pixels need the chunk, else a warning")
  func checksums() throws {
    for damaged in ["IHDR", "IDAT", "IEND"] {
      var png = PNGBuilder()
      png.chunk("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0], damaged: damaged == "IHDR")
      png.chunk("IDAT", PNGBuilder.stored([0, 1, 2, 3]), damaged: damaged == "IDAT")
      png.chunk("IEND", damaged: damaged == "IEND")
      let error = #expect(throws: PNGError.self) { try PNGImage(decoding: png.bytes) }
      #expect(error?.kind == .checksumMismatch)
      #expect(error?.message.contains(damaged) == true)
    }
    var png = PNGBuilder()
    png.header(width: 1, height: 1)
    png.chunk("tRNS", [0, 1, 0, 2, 0, 3], damaged: true)
    png.chunk("gAMA", [0, 0, 0, 1], damaged: true)
    png.chunk("IDAT", PNGBuilder.stored([0, 1, 2, 3]))
    png.chunk("IEND")
    let image = try PNGImage(decoding: png.bytes)
    #expect(image.channels == 3)
    #expect(image.warnings.count == 2)
  }

  @Test("An index beyond the palette is opaque black")
  func indexOutOfRange() throws {
    var png = PNGBuilder()
    png.header(width: 3, height: 1, depth: 8, type: 3)
    png.chunk("PLTE", [10, 20, 30, 40, 50, 60])
    png.chunk("tRNS", [7])
    png.chunk("IDAT", PNGBuilder.stored([0, 0, 1, 2]))
    png.chunk("IEND")
    let image = try PNGImage(decoding: png.bytes)
    #expect(image.pixels.samples == [10, 20, 30, 7, 40, 50, 60, 255, 0, 0, 0, 255])
  }
}
