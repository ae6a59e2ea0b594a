import NPUMetrics
import NPUServices
import Testing

@Suite("Test images")
struct TestImageTests {
  /// An image after its way through a file.
  static func decoded(_ image: TestImage) throws -> PixelImage { try PNGImage(decoding: image.png()).pixels }

  /// The color of a pixel.
  static func pixel(_ image: PixelImage, _ x: Int, _ y: Int) -> [UInt8] {
    Array(image.samples[3 * (y * image.width + x)..<3 * (y * image.width + x) + 3])
  }

  static func samples(_ color: TestColor) -> [UInt8] { [color.red, color.green, color.blue] }

  /// Every kind of image.
  static let all: [(String, @Sendable () throws -> TestImage)] = [
    ("text", { try .text("OCR 2026\nsecond line", scale: 3) }),
    ("chart", { try .barChart(["Q1": 12, "Q2": 30, "Q3": 7], title: "Sales") }),
    ("frame", { try .frame(number: 3, of: 12) }), ("card", { try .testCard(width: 160, height: 90) }),
    ("solid", { try .solid(.orange, width: 5, height: 3) }), ("across", { try .gradient(width: 40, height: 3) }),
    ("down", { try .gradient(from: .red, to: .blue, .vertical, width: 3, height: 40) }),
    ("noise", { try .noise(seed: 9, width: 33, height: 7) }),
  ]

  @Test("The same arguments give the same pixels, which survive a file", arguments: all.indices)
  func deterministic(index: Int) throws {
    let make = Self.all[index].1
    let image = try make()
    #expect(try make() == image)
    #expect(image.pixels.channels == 3)
    #expect(try Self.decoded(image) == image.pixels)
    let prefix = "data:image/png;base64,"
    let address = try image.dataURL()
    #expect(address.hasPrefix(prefix))
    #expect(address.dropFirst(prefix.count) == (try image.base64()))
    #expect(try Base64Text.decode(image.base64()) == image.png())
  }

  @Test("An image of one colour has it everywhere", arguments: TestColor.distinct + [.black, .white, .yellow])
  func solid(color: TestColor) throws {
    let image = try Self.decoded(.solid(color, width: 7, height: 5))
    #expect(image.width == 7 && image.height == 5)
    for y in 0..<5 { for x in 0..<7 { #expect(Self.pixel(image, x, y) == Self.samples(color)) } }
  }

  @Test("A gradient has its colours at the edges and never turns back", arguments: TestImage.Direction.allCases)
  func gradient(direction: TestImage.Direction) throws {
    let image = try Self.decoded(.gradient(from: .red, to: .blue, direction, width: 30, height: 20))
    let last = direction == .horizontal ? (29, 0) : (0, 19)
    #expect(Self.pixel(image, 0, 0) == Self.samples(.red))
    #expect(Self.pixel(image, last.0, last.1) == Self.samples(.blue))
    let steps = (0..<max(last.0, last.1)).map { step in
      direction == .horizontal ? Self.pixel(image, step, 7) : Self.pixel(image, 11, step)
    }
    #expect(steps.map { $0[0] } == steps.map { $0[0] }.sorted(by: >))
    #expect(steps.map { $0[2] } == steps.map { $0[2] }.sorted())
    #expect(Set(steps).count == steps.count)
  }

  @Test(
    "A test card has any size, its corners in order, and its size written on it",
    arguments: [(64, 64), (160, 90), (90, 160), (640, 65)])
  func card(width: Int, height: Int) throws {
    let image = try Self.decoded(.testCard(width: width, height: height))
    #expect(image.width == width && image.height == height)
    #expect(Self.pixel(image, 0, 0) == Self.samples(.red))
    #expect(Self.pixel(image, width - 1, 0) == Self.samples(.green))
    #expect(Self.pixel(image, 0, height - 1) == Self.samples(.blue))
    #expect(Self.pixel(image, width - 1, height - 1) == Self.samples(.yellow))
    #expect(DotText.shows(TestImage.sizeText(width: width, height: height), in: image))
  }

  @Test("A card of 3840x2160 is that large")
  func ultraHD() throws {
    let card = try TestImage.testCard()
    #expect(card.width == 3840 && card.height == 2160)
    #expect(card.pixels.samples.count == 3840 * 2160 * 3)
    // The header of the file, without decoding it all in a build without optimisation.
    let info = try PNGInfo(decoding: card.png())
    #expect(info.width == 3840 && info.height == 2160)
  }

  @Test("Noise follows from its seed and is spread evenly")
  func noise() throws {
    let image = try TestImage.noise(seed: 4, width: 64, height: 64)
    #expect(try TestImage.noise(seed: 5, width: 64, height: 64) != image)
    let mean = Double(image.pixels.samples.reduce(0) { $0 + Int($1) }) / Double(image.pixels.samples.count)
    #expect(abs(mean - 127.5) < 3)
    #expect(Set(image.pixels.samples).count == 256)
    #expect(try image.png().count > image.pixels.samples.count * 9 / 10)
  }

  @Test("Arguments out of range are refused by their cause")
  func refused() {
    let calls: [(ImageError.Kind, @Sendable () throws -> TestImage)] = [
      (.invalidDimensions, { try .solid(.red, width: 0) }), (.invalidDimensions, { try .solid(.red, height: -1) }),
      (.invalidDimensions, { try .solid(.red, width: .max, height: .max) }),
      (.invalidDimensions, { try .gradient(width: 100_000, height: 100_000) }),
      (.invalidDimensions, { try .testCard(width: 63, height: 64) }),
      (.invalidDimensions, { try .noise(seed: 1, width: 1, height: 1 << 40) }),
      (.invalidOption, { try .text("naïve") }), (.invalidOption, { try .text("a", scale: 0) }),
      (.invalidOption, { try .text("a", scale: .max) }),
      (.invalidDimensions, { try .text(String(repeating: "a", count: 20_000), scale: 256) }),
      (.invalidOption, { try .frame(number: 0, of: 3) }), (.invalidOption, { try .frame(number: 4, of: 3) }),
      (.invalidOption, { try .frame(number: 1, of: 3, width: 47) }),
      (.invalidOption, { try .frame(number: 1, of: 1_000_000, width: 48, height: 48) }),
      (.invalidOption, { try .barChart([TestImage.Bar]()) }), (.invalidOption, { try .barChart(["a": -1]) }),
      (.invalidOption, { try .barChart(["a": .max]) }), (.invalidOption, { try .barChart(["ä": 1]) }),
      (.invalidOption, { try .barChart(["a": 1], title: String(repeating: "t", count: 500)) }),
      (.invalidOption, { try .barChart(["a": 1], width: 20, height: 20) }),
      (.invalidDimensions, { try .barChart(["a": 1], width: -5) }),
      (.invalidOption, { try .barChart((0..<25).map { .init("\($0)", $0) }) }),
      (.invalidOption, { try #require(try TestImage.frames(0).first) }),
      (.invalidOption, { try #require(try TestImage.frames(1001).first) }),
    ]
    for (kind, call) in calls {
      let error = #expect(throws: ImageError.self) { try call() }
      #expect(error?.kind == kind, "\(error.map { "\($0)" } ?? "none")")
    }
  }
}
