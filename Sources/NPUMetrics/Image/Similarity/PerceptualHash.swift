/// A fingerprint of what an image shows: 64 bits that change little when the image changes little.
///
/// The hash is the DCT hash (often called pHash): the luma is averaged down to 32x32 cells of equal area, transformed
/// by a two-dimensional DCT-II, and of the 8x8 lowest frequencies each one gives a bit that says whether it lies above
/// the median of the 64. Scaling, recompression, slight blur and changes of brightness or contrast move few bits;
/// another scene moves about half of them, and a negative nearly all. It says nothing of small defects: use SSIM for
/// those.
///
/// Everything is computed in integers, so the same pixels give the same bits on every platform. Cells are exact area
/// averages, where the Python package imagehash resamples with Lanczos windows: distances are comparable, bits are not.
///
/// Time is linear in the pixels. Reference: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash
/// Functions, 2010, section 3.2.1.
public struct PerceptualHash: Sendable, Hashable {
  /// The bits, the lowest frequency first from the highest bit, row by row of vertical frequencies.
  public let bits: UInt64

  /// Takes a hash that was computed before.
  public init(bits: UInt64) {
    self.bits = bits
  }

  /// Computes the hash of an image; alpha is dropped.
  ///
  /// Every size works: a side of fewer than 32 pixels is stretched. An image of one colour has only frequency zero.
  public init(of image: PixelImage) {
    let coefficients = DCTHash.coefficients(of: DCTHash.cells(of: image))
    let sorted = coefficients.sorted()
    // Twice the median of an even number of values, so that it stays a whole number.
    let doubledMedian = sorted[31] + sorted[32]
    bits = coefficients.reduce(0) { $0 << 1 | ($1 * 2 > doubledMedian ? 1 : 0) }
  }

  /// The bits in which two hashes differ, 0 to 64.
  ///
  /// Up to about 10 is usual for one image after scaling, noise or strong recompression; unrelated photographs lie from
  /// about 20 up, around 32. Images of a few pixels, and smooth ones without structure, have less reliable bits.
  public func distance(to other: PerceptualHash) -> Int {
    (bits ^ other.bits).nonzeroBitCount
  }
}

extension PerceptualHash: CustomStringConvertible {
  /// The bits as 16 hexadecimal digits.
  public var description: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// The arithmetic of the hash.
private enum DCTHash {
  static let side = 32
  static let frequencies = 8

  /// round(16384 cos(k pi / 64)) for k from 0 to 32: a quarter wave of the transform of 32 values.
  private static let quarterWave: [Int64] = [
    16384, 16364, 16305, 16207, 16069, 15893, 15679, 15426, 15137, 14811, 14449, 14053, 13623, 13160, 12665, 12140,
    11585, 11003, 10394, 9760, 9102, 8423, 7723, 7005, 6270, 5520, 4756, 3981, 3196, 2404, 1606, 804, 0,
  ]

  /// 16384 cos(k pi / 64) for any k.
  private static func cosine(_ step: Int) -> Int64 {
    let folded = step % 128
    switch folded {
    case ...32: return quarterWave[folded]
    case ...64: return -quarterWave[64 - folded]
    case ...96: return -quarterWave[folded - 64]
    default: return quarterWave[128 - folded]
    }
  }

  private static let basis: [[Int64]] = (0..<frequencies).map { frequency in
    (0..<side).map { cosine((2 * $0 + 1) * frequency) }
  }

  /// The mean luma of 32x32 areas, in 256ths, row by row.
  ///
  /// An area covers part of a pixel where 32 does not divide the side. Counted in 32nds of a pixel, all overlaps are
  /// whole numbers.
  static func cells(of image: PixelImage) -> [Int64] {
    let luma = image.luma
    let width = image.width
    let height = image.height
    let columns = (0..<side).map { Overlap(cell: $0, pixels: width) }
    var sums = [Int64](repeating: 0, count: side * side)
    for cellRow in 0..<side {
      let rows = Overlap(cell: cellRow, pixels: height)
      for row in rows.range {
        let rowWeight = rows.weight(of: row)
        for cellColumn in 0..<side {
          let overlap = columns[cellColumn]
          var sum: Int64 = 0
          for column in overlap.range {
            sum += overlap.weight(of: column) * Int64(luma.samples[row * width + column])
          }
          sums[cellRow * side + cellColumn] += rowWeight * sum
        }
      }
    }
    let area = Int64(width) * Int64(height)
    return sums.map { ($0 * 256 + area / 2) / area }
  }

  /// The 8x8 lowest frequencies of 32x32 values, without the scaling that makes the transform orthogonal.
  ///
  /// The scaling would shrink the first row and column; they are left large, as in the usual implementations.
  static func coefficients(of cells: [Int64]) -> [Int64] {
    var horizontal = [Int64](repeating: 0, count: side * frequencies)
    for row in 0..<side {
      for frequency in 0..<frequencies {
        horizontal[row * frequencies + frequency] = (0..<side).reduce(0) {
          $0 + basis[frequency][$1] * cells[row * side + $1]
        }
      }
    }
    var result: [Int64] = []
    for vertical in 0..<frequencies {
      for frequency in 0..<frequencies {
        result.append((0..<side).reduce(0) { $0 + basis[vertical][$1] * horizontal[$1 * frequencies + frequency] })
      }
    }
    return result
  }

  /// The pixels of a line that one of the 32 cells covers.
  private struct Overlap {
    /// The cell's ends in 32nds of a pixel.
    let start: Int
    let end: Int

    init(cell: Int, pixels: Int) {
      start = cell * pixels
      end = (cell + 1) * pixels
    }

    var range: Range<Int> { start / side..<(end + side - 1) / side }

    /// How many 32nds of a pixel lie in the cell.
    func weight(of pixel: Int) -> Int64 {
      Int64(min(end, (pixel + 1) * side) - max(start, pixel * side))
    }
  }
}
