import NPUMetrics
import NPUServices
import TestSupport
import Testing

@Suite("Files broken on purpose")
struct BrokenFileTests {
  static let imageKinds: [BrokenPNG: PNGError.Kind] = [
    .empty: .truncated, .cutInHeader: .truncated, .cutInPixels: .truncated, .randomBytes: .notPNG,
    .wrongChecksum: .checksumMismatch, .zeroWidth: .invalidHeader, .hugeSize: .limitExceeded,
    .damagedPixels: .invalidImageData, .text: .notPNG,
  ]

  @Test("No broken image can be read, and each for its own reason", arguments: BrokenPNG.allCases)
  func images(flaw: BrokenPNG) throws {
    for image in [nil, try TestImage.text("whole"), try TestImage.noise(seed: 1)] {
      let bytes = try flaw.bytes(of: image)
      #expect(try flaw.bytes(of: image) == bytes)
      let error = #expect(throws: PNGError.self) { try PNGImage(decoding: bytes) }
      // Random bytes can be wrong in any way.
      if let kind = Self.imageKinds[flaw] { #expect(error?.kind == kind, "\(error.map { "\($0)" } ?? "none")") }
    }
  }

  @Test("Random bytes follow from their seed", arguments: 1...20)
  func random(seed: UInt64) throws {
    for flaw in [BrokenPNG.randomBytes, .randomAfterSignature, .damagedPixels] {
      #expect(try flaw.bytes(seed: seed) != flaw.bytes(seed: seed + 1))
      #expect(throws: PNGError.self) { try PNGImage(decoding: flaw.bytes(seed: seed)) }
    }
    for flaw in [BrokenWAV.randomBytes, .randomAfterSignature] {
      #expect(try flaw.bytes(seed: seed) != flaw.bytes(seed: seed + 1))
      #expect(throws: AudioError.self) { try WAVFile(flaw.bytes(seed: seed)) }
    }
  }

  static let soundKinds: [BrokenWAV: AudioError.Kind] = [
    .empty: .truncatedHeader, .cutInHeader: .badFormat, .randomBytes: .notRIFF, .randomAfterSignature: .noData,
    .noFormat: .noFormat, .noData: .noData, .zeroRate: .badFormat, .unknownEncoding: .unsupportedEncoding,
    .text: .notRIFF,
  ]

  @Test("No broken sound can be read, except those that are said to be", arguments: BrokenWAV.allCases)
  func sounds(flaw: BrokenWAV) throws {
    let stereo = TestAudio(clip: try .noise(seed: 1, .milliseconds(100), channels: 2))
    for sound in [nil, stereo] {
      let bytes = try flaw.bytes(of: sound)
      #expect(try flaw.bytes(of: sound) == bytes)
      guard flaw.isReadable else {
        let error = #expect(throws: AudioError.self) { try WAVFile(bytes) }
        #expect(error?.kind == Self.soundKinds[flaw], "\(error.map { "\($0)" } ?? "none")")
        continue
      }
      let file = try WAVFile(bytes)
      let whole = sound?.duration ?? .milliseconds(500)
      #expect(file.duration < whole)
      #expect(file.dataSize == (flaw == .cutInSamples ? .truncated : .declared))
      #expect((file.frameCount == 0) == (flaw == .noSamples))
    }
  }

  @Test("No broken address holds an image", arguments: BrokenDataURL.allCases)
  func addresses(flaw: BrokenDataURL) throws {
    for image in [nil, try TestImage.solid(.green)] {
      let address = try flaw.address(of: image)
      #expect(address.hasPrefix("data:image/png;base64"))
      let payload = address.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
      let bytes = payload.flatMap { Base64Text.decode(String($0)) }
      if let bytes { #expect(throws: PNGError.self) { try PNGImage(decoding: bytes) } }
      let isBase64 = [.empty, .text, .cutImage].contains(flaw)
      #expect((bytes != nil) == isBase64)
    }
  }
}
