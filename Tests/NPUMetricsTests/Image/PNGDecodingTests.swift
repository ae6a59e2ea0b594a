internal import Foundation
import NPUMetrics
import Testing

@Suite("PNG decoding agrees with libpng")
struct PNGDecodingTests {
  @Test("The hash of the tests is SHA-256")
  func knownHash() {
    #expect(
      SHA256.hex(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test("All 107 hand-made files are there")
  func fixtures() {
    #expect(GoldenPNG.made.count == 107)
    #expect(GoldenPNG.made.count { $0.rgba8_chop_sha256 != nil } == 4)
  }

  @Test("A hand-made file gives the pixels or the refusal of libpng", arguments: GoldenPNG.made)
  func made(golden: GoldenPNG.File) throws {
    try check(golden, bytes: GoldenPNG.bytes(golden.file))
  }

  @Test(
    "A file of PngSuite gives the pixels or the refusal of libpng",
    .enabled(if: !GoldenPNG.pngSuite.isEmpty, "NPUTESTKIT_TEST_DATA names no folder with golden/png"),
    arguments: GoldenPNG.pngSuite)
  func pngSuite(golden: GoldenPNG.File) throws {
    let folder = try #require(GoldenPNG.external)
    try check(
      golden, bytes: [UInt8](Data(contentsOf: folder.appendingPathComponent("pngsuite/\(golden.file)"))))
  }

  private func check(_ golden: GoldenPNG.File, bytes: [UInt8]) throws {
    guard golden.isLegal else {
      let error = #expect(throws: PNGError.self) { try PNGImage(decoding: bytes) }
      if let error { #expect(error.offset ?? 0 <= bytes.count, "\(error)") }
      return
    }
    let image = try PNGImage(decoding: bytes)
    #expect(image.info.width == golden.width)
    #expect(image.info.height == golden.height)
    #expect(image.info.bitDepth == golden.bit_depth)
    #expect(image.info.colorType.rawValue == golden.color_type)
    #expect(image.info.isInterlaced == (golden.interlace == 1))
    #expect(try PNGInfo(decoding: bytes) == image.info)
    #expect(try PNGInfo(decoding: Array(bytes.prefix(33))) == image.info)
    #expect(SHA256.hex(image.pixels.rgba.samples) == golden.rgba8_sha256)
    let wide = image.pixels16.rgba.samples.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
    #expect(SHA256.hex(wide) == golden.rgba16be_sha256)
    if let chopped = golden.rgba8_chop_sha256 {
      // What readers see that cut 16-bit samples instead of rounding them.
      #expect(SHA256.hex(image.pixels16.rgba.samples.map { UInt8($0 >> 8) }) == chopped)
    }
    #expect(image.pixels.channels == image.channels)
    if golden.libpng_warnings != nil {
      #expect(!image.warnings.isEmpty)
    } else if !["x_trns_after_idat.png", "x_index_out_of_range8.png"].contains(golden.file) {
      // libpng says nothing of these two; the pixels are what it makes of them.
      #expect(image.warnings.isEmpty, "\(image.warnings)")
    }
  }
}
