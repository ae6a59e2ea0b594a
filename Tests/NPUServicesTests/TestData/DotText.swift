import Foundation
import NPUMetrics

@testable import NPUServices

/// Reads black text of the typeface of test images: a recogniser that knows one font and nothing else.
enum DotText {
  /// Whether a line stands alone in an image, black and at any scale, with nothing a character wide before or behind
  /// it.
  static func shows(_ text: String, in image: PixelImage) -> Bool {
    let dark = dark(image)
    let dots = text.enumerated().flatMap { index, character in
      (BitmapFont.shared.glyph(character) ?? []).map { (column: $0.column + index * BitmapFont.advance, row: $0.row) }
    }
    let first = dots.min { ($0.row, $0.column) < ($1.row, $1.column) }
    guard let first else { return false }
    let inked = Set(dots.map { [$0.column, $0.row] })
    let columns = BitmapFont.width(text)

    /// Whether a dot of the image, counted from the corner of the text, is wholly black or wholly not.
    func isDark(_ column: Int, _ row: Int, from x: Int, _ y: Int, scale: Int) -> Bool? {
      let (left, top) = (x + column * scale, y + row * scale)
      guard left >= 0, top >= 0, left + scale <= image.width, top + scale <= image.height else { return nil }
      let corners = [(0, 0), (scale - 1, 0), (0, scale - 1), (scale - 1, scale - 1), (scale / 2, scale / 2)]
      let found = corners.map { dark[(top + $0.1) * image.width + left + $0.0] }
      return found.contains(!found[0]) ? nil : found[0]
    }

    func matches(x: Int, y: Int, scale: Int) -> Bool {
      for row in 0..<BitmapFont.rows {
        // Beyond the edge of the image there is nothing either.
        for column in 1 - BitmapFont.advance..<columns + BitmapFont.advance - 1 {
          let isInside = (0..<columns).contains(column)
          let found = isDark(column, row, from: x, y, scale: scale)
          if isInside ? found != inked.contains([column, row]) : found == true { return false }
        }
      }
      return true
    }

    // The first dot of the text has nothing above and nothing to the left of it.
    for y in 0..<image.height {
      for x in 0..<image.width where dark[y * image.width + x] {
        if x > 0 && dark[y * image.width + x - 1] || y > 0 && dark[(y - 1) * image.width + x] { continue }
        for scale in 1...max(image.height / BitmapFont.rows, 1) {
          if matches(x: x - first.column * scale, y: y - first.row * scale, scale: scale) { return true }
        }
      }
    }
    return false
  }

  private static func dark(_ image: PixelImage) -> [Bool] {
    var dark: [Bool] = []
    dark.reserveCapacity(image.pixelCount)
    let samples = image.samples
    for index in 0..<image.pixelCount {
      dark.append(samples[3 * index] | samples[3 * index + 1] | samples[3 * index + 2] == 0)
    }
    return dark
  }

  /// What is written at one scale: a character is found where its dots, and only they, are black.
  static func read(_ image: PixelImage, scale: Int) -> String {
    let dark = dark(image)
    var lines: [String] = []
    var y = 0
    while y + BitmapFont.rows * scale <= image.height {
      let line = line(dark, width: image.width, y: y, scale: scale)
      if !line.isEmpty { lines.append(line) }
      y += line.isEmpty ? 1 : BitmapFont.lineHeight * scale - 1
    }
    return lines.joined(separator: "\n")
  }

  private static let characters: [Set<Int>: Character] = Dictionary(
    uniqueKeysWithValues: (33...126).compactMap { code in
      let character = Character(Unicode.Scalar(UInt8(code)))
      return BitmapFont.shared.glyph(character).map {
        (Set($0.map { $0.row * BitmapFont.columns + $0.column }), character)
      }
    })

  private static func line(_ dark: [Bool], width: Int, y: Int, scale: Int) -> String {
    var text = ""
    var x = 0
    var end = 0
    while x + BitmapFont.columns * scale <= width {
      guard let character = character(dark, width: width, x: x, y: y, scale: scale) else {
        x += 1
        continue
      }
      if !text.isEmpty, x - end >= BitmapFont.advance * scale { text += " " }
      text.append(character)
      x += BitmapFont.advance * scale
      end = x - scale
    }
    return text
  }

  private static func character(_ dark: [Bool], width: Int, x: Int, y: Int, scale: Int) -> Character? {
    var dots: Set<Int> = []
    for row in 0..<BitmapFont.rows {
      for column in 0..<BitmapFont.columns {
        let (left, top) = (x + column * scale, y + row * scale)
        let first = dark[top * width + left]
        for dy in 0..<scale {
          for dx in 0..<scale where dark[(top + dy) * width + left + dx] != first { return nil }
        }
        if first { dots.insert(row * BitmapFont.columns + column) }
      }
    }
    return characters[dots]
  }
}

/// Base64 read by another implementation than the one that wrote it.
enum Base64Text {
  static func decode(_ text: String) -> [UInt8]? { Data(base64Encoded: text).map { [UInt8]($0) } }
}
