import NPUMetrics
import Testing

@testable import NPUServices

@Suite("What test images show")
struct TestImageContentTests {
  @Test("The typeface has every printable character of ASCII, no two alike")
  func typeface() {
    var seen: Set<[Int]> = []
    for code in UInt8(33)...126 {
      let glyph = BitmapFont.shared.glyph(Character(Unicode.Scalar(code)))
      #expect(glyph?.isEmpty == false, "\(code)")
      #expect(glyph?.allSatisfy { (0..<5).contains($0.column) && (0..<9).contains($0.row) } == true)
      seen.insert((glyph ?? []).map { $0.row * 5 + $0.column })
    }
    #expect(seen.count == 94)
    #expect(BitmapFont.shared.glyph(" ")?.isEmpty == true)
    #expect(BitmapFont.shared.glyph("é") == nil && BitmapFont.shared.glyph("\u{7F}") == nil)
  }

  @Test(
    "Text is read back as it was written",
    arguments: [
      ("OCR 2026", 1), ("OCR 2026", 8), ("ABCDEFGHIJKLM\nNOPQRSTUVWXYZ", 2), ("abcdefghijklm\nnopqrstuvwxyz", 3),
      ("0123456789", 2), ("Hello, World! (50% of $7.90) #1 & <x@y.z>?", 2), ("a\nb\nc", 5),
    ])
  func text(_ text: String, scale: Int) throws {
    let image = try PNGImage(decoding: TestImage.text(text, scale: scale).png()).pixels
    #expect(DotText.read(image, scale: scale) == text)
  }

  @Test("A dot of text is a square of the scale, and the image is just large enough")
  func size() throws {
    let image = try TestImage.text("I.", scale: 4, color: .blue, background: .yellow)
    // Two characters of 5 dots, one between them, and a margin of 4 on all sides.
    #expect(image.width == (5 + 1 + 5 + 8) * 4 && image.height == (9 + 8) * 4)
    let ink = stride(from: 0, to: image.pixels.samples.count, by: 3).count {
      Array(image.pixels.samples[$0..<$0 + 3]) == TestImageTests.samples(.blue)
    }
    // I has 11 dots, the full stop 4.
    #expect(ink == 15 * 16)
    #expect(TestImageTests.pixel(image.pixels, 0, 0) == TestImageTests.samples(.yellow))
    let blank = try TestImage.text("", scale: 2)
    #expect(blank.width == 18 && Set(blank.pixels.samples) == [255])
    #expect(try TestImage.text("a\r\nb") == TestImage.text("a\nb"))
  }

  @Test(
    "A chart shows title, labels and values, and bars in proportion",
    arguments: [["Q1": 12, "Q2": 30, "Q3": 7], ["A": 0, "B": 1_000_000_000], ["only": 5]]
      as [KeyValuePairs<String, Int>])
  func chart(_ bars: KeyValuePairs<String, Int>) throws {
    let image = try TestImage.barChart(bars, title: "Chart 1")
    #expect(image.width == 640 && image.height == 480)
    #expect(DotText.shows("Chart 1", in: image.pixels))
    #expect(!DotText.shows("Chart 2", in: image.pixels))
    for bar in bars {
      #expect(DotText.shows(bar.key, in: image.pixels) && DotText.shows("\(bar.value)", in: image.pixels), "\(bar)")
    }
    let heights = bars.indices.map { index in
      let slot = image.width / bars.count
      let color = TestImageTests.samples(TestColor.distinct[index])
      return (0..<image.height).count { TestImageTests.pixel(image.pixels, index * slot + slot / 2, $0) == color }
    }
    let highest = try #require(heights.max())
    let most = try #require(bars.map(\.value).max())
    #expect(highest > image.height / 3)
    for (bar, height) in zip(bars, heights) {
      let expected = Double(highest) * Double(bar.value) / Double(most)
      // Text of the value may lie over no part of a bar; only rounding to a row remains.
      #expect(abs(Double(height) - expected) <= 1, "\(bar)")
    }
  }

  @Test("A chart of zeros has no bar, and many bars find room")
  func chartEdges() throws {
    let zeros = try TestImage.barChart(["a": 0, "b": 0])
    #expect(!zeros.pixels.samples.indices.contains { $0 % 3 == 0 && zeros.pixels.samples[$0] == TestColor.blue.red })
    let many = try TestImage.barChart((1...24).map { .init("\($0)", $0) }, width: 1600, height: 400)
    #expect(DotText.shows("24", in: many.pixels))
  }

  @Test("A frame shows its number, and its disc is where its number says", arguments: [1, 2, 7, 24])
  func frame(number: Int) throws {
    let image = try PNGImage(decoding: TestImage.frame(number: number, of: 24).png()).pixels
    for other in [1, 2, 4, 7, 24] {
      #expect(DotText.shows("\(other)", in: image) == (other == number), "\(other)")
    }
    let columns = try #require(Self.disc(image))
    // A radius of an eighth of the height: 30 pixels to each side of the middle.
    #expect(columns.count == 61)
    #expect(columns.lowerBound == Int((Double(320 - 61) * Double(number - 1) / 23).rounded()))
  }

  @Test("The disc of a film moves from edge to edge, always to the right")
  func film() throws {
    let frames = try TestImage.frames(10, width: 160, height: 120)
    #expect(frames.count == 10)
    let lefts = try frames.map { try #require(Self.disc($0.pixels)).lowerBound }
    #expect(zip(lefts, lefts.dropFirst()).allSatisfy { $0 < $1 })
    #expect(lefts.first == 0)
    #expect(try #require(Self.disc(frames[9].pixels)).upperBound == 160)
    for (index, frame) in frames.enumerated() { #expect(DotText.shows("\(index + 1)", in: frame.pixels)) }
    #expect(try TestImage.frames(1).count == 1)
    // A narrow film keeps its disc inside.
    let narrow = try TestImage.frame(number: 2, of: 2, width: 48, height: 480).pixels
    #expect(try #require(Self.disc(narrow)).upperBound == 48)
  }

  /// The columns with red in them.
  private static func disc(_ image: PixelImage) -> Range<Int>? {
    let red = TestImageTests.samples(.red)
    let columns = (0..<image.width).filter { x in
      (0..<image.height).contains { TestImageTests.pixel(image, x, $0) == red }
    }
    guard let first = columns.first, let last = columns.last else { return nil }
    return first..<last + 1
  }
}
