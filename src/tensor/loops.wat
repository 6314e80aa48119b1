;; Loops over arrays for which JavaScript takes three times as long. Beside this text lies what it is assembled to:
;;   npx wat2wasm src/tensor/loops.wat -o src/tensor/loops.wasm
;; Pointers are places in the memory, in bytes. Every sum adds its terms in the order that its comment gives.
(module
  (memory (import "loops" "memory") 1)

  ;; out[row, e] = Σ z (z − t) for z = z[row, e, :] in float32 and t = shifts[row, :] in float64: four sums, of every fourth
  ;; term each, the first taking what is left over at the end.
  (func (export "shiftedSquares")
    (param $zs i32) (param $shifts i32) (param $out i32)
    (param $nRowsLeft i32) (param $nEach i32) (param $width i32)
    (local $leftEach i32)
    (local $left i32)
    (local $at i32)
    (local $t i32)
    (local $z v128)
    (local $ab v128)
    (local $cd v128)
    (local $sum f64)
    (local $one f64)
    (local.set $at (local.get $zs))
    (block $no-rows
      (loop $row-of-shifts
        (br_if $no-rows (i32.eqz (local.get $nRowsLeft)))
        (local.set $leftEach (local.get $nEach))
        (loop $each
          (local.set $t (local.get $shifts))
          (local.set $left (local.get $width))
          (local.set $ab (v128.const f64x2 0 0))
          (local.set $cd (v128.const f64x2 0 0))
          (block $no-fours
            (loop $four
              (br_if $no-fours (i32.lt_s (local.get $left) (i32.const 4)))
              (local.set $z (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
              (local.set $ab (f64x2.add (local.get $ab)
                (f64x2.mul (local.get $z) (f64x2.sub (local.get $z) (v128.load (local.get $t))))))
              (local.set $z (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $at))))
              (local.set $cd (f64x2.add (local.get $cd)
                (f64x2.mul (local.get $z) (f64x2.sub (local.get $z) (v128.load offset=16 (local.get $t))))))
              (local.set $at (i32.add (local.get $at) (i32.const 16)))
              (local.set $t (i32.add (local.get $t) (i32.const 32)))
              (local.set $left (i32.sub (local.get $left) (i32.const 4)))
              (br $four)))
          (local.set $sum (f64x2.extract_lane 0 (local.get $ab)))
          (block $no-ones
            (loop $last
              (br_if $no-ones (i32.eqz (local.get $left)))
              (local.set $one (f64.promote_f32 (f32.load (local.get $at))))
              (local.set $sum (f64.add (local.get $sum)
                (f64.mul (local.get $one) (f64.sub (local.get $one) (f64.load (local.get $t))))))
              (local.set $at (i32.add (local.get $at) (i32.const 4)))
              (local.set $t (i32.add (local.get $t) (i32.const 8)))
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))
              (br $last)))
          (f64.store (local.get $out)
            (f64.add
              (f64.add
                (f64.add (local.get $sum) (f64x2.extract_lane 1 (local.get $ab)))
                (f64x2.extract_lane 0 (local.get $cd)))
              (f64x2.extract_lane 1 (local.get $cd))))
          (local.set $out (i32.add (local.get $out) (i32.const 8)))
          (br_if $each (local.tee $leftEach (i32.sub (local.get $leftEach) (i32.const 1)))))
        (local.set $shifts (local.get $t))
        (local.set $nRowsLeft (i32.sub (local.get $nRowsLeft) (i32.const 1)))
        (br $row-of-shifts))))

  ;; sums[j] += Σ y[i, j] and squares[j] += Σ y[i, j]² of some rows of float32: four rows added up at a time, (a + b) + (c + d), then those
  ;; left over. Columns go two by two: of an odd number, one behind the last is touched in sums and squares.
  (func (export "addSquares")
    (param $y i32) (param $nRows i32) (param $nColumns i32) (param $sums i32) (param $squares i32)
    (local $at i32)
    (local $left i32)
    (local $column i32)
    (local $step i32)
    (local $sum v128)
    (local $square v128)
    (local $a v128)
    (local $b v128)
    (local $c v128)
    (local $d v128)
    (local.set $step (i32.shl (local.get $nColumns) (i32.const 2)))
    (block $no-columns
      (loop $two
        (br_if $no-columns (i32.ge_s (local.get $column) (local.get $nColumns)))
        (local.set $at (local.get $y))
        (local.set $left (local.get $nRows))
        (local.set $sum (v128.load (local.get $sums)))
        (local.set $square (v128.load (local.get $squares)))
        (block $no-fours
          (loop $four
            (br_if $no-fours (i32.lt_s (local.get $left) (i32.const 4)))
            (local.set $a (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (local.set $b (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (local.set $c (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (local.set $d (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (local.set $sum (f64x2.add (local.get $sum)
              (f64x2.add
                (f64x2.add (local.get $a) (local.get $b))
                (f64x2.add (local.get $c) (local.get $d)))))
            (local.set $square (f64x2.add (local.get $square)
              (f64x2.add
                (f64x2.add
                  (f64x2.mul (local.get $a) (local.get $a))
                  (f64x2.mul (local.get $b) (local.get $b)))
                (f64x2.add
                  (f64x2.mul (local.get $c) (local.get $c))
                  (f64x2.mul (local.get $d) (local.get $d))))))
            (local.set $left (i32.sub (local.get $left) (i32.const 4)))
            (br $four)))
        (block $no-ones
          (loop $one
            (br_if $no-ones (i32.eqz (local.get $left)))
            (local.set $a (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $at))))
            (local.set $sum (f64x2.add (local.get $sum) (local.get $a)))
            (local.set $square (f64x2.add (local.get $square) (f64x2.mul (local.get $a) (local.get $a))))
            (local.set $at (i32.add (local.get $at) (local.get $step)))
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $one)))
        (v128.store (local.get $sums) (local.get $sum))
        (v128.store (local.get $squares) (local.get $square))
        (local.set $y (i32.add (local.get $y) (i32.const 8)))
        (local.set $sums (i32.add (local.get $sums) (i32.const 16)))
        (local.set $squares (i32.add (local.get $squares) (i32.const 16)))
        (local.set $column (i32.add (local.get $column) (i32.const 2)))
        (br $two))))
)
