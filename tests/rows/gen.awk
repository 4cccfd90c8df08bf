# SPDX-License-Identifier: MIT
# gen.awk isa/insns.def CASES...: the row tests as assembly, one case a line:
#
#   row | in | do | want | pre | near | near2 | post | out
#
# row    the row's name in insns.def; each row needs a case
# in     what is set: rN=value|nat, fN=SIGN+EXP:SIGNIFICAND (hex)|nat, pN=0|1, bN=, ar.X=, cr.X=,
#        mN=value (word N of DATA, whose address is in r9)
# do     the instruction, without a predicate; with a ! before it, and if the row has no
#        qualifying predicate, off means that a branch goes around it
# want   what must be so afterwards, and not before: as in; rN=nat, trap=VECTOR (0 if not given),
#        isr=, iim=, ifa=. A lone -: the instruction has no effect that could be seen
# pre    assembly after in, before the first save of the state
# near   assembly between the first save and the instruction (it must restore what it changes)
# near2  assembly behind the instruction, before the second save
# post   assembly before the checks
# out    assembly that only a branch reaches
# @ROW@ stands for the instruction's bundle. Two ;; are set around each piece.
function trim(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }
function emit(s) { if (s != "") print "\t" s "\n\t;;" }
function die(s) { print "gen.awk: " FILENAME ":" FNR ": " s >"/dev/stderr"; bad = 1; exit 1 }

function set(t,  k, v, i) {
	i = index(t, "="); k = substr(t, 1, i - 1); v = substr(t, i + 1)
	if (i == 0) die("no = in " t)
	if (k ~ /^r[0-9]+$/ && v == "nat")
		emit("movl r2=TMP ;; st8 [r2]=r0 ; mov r3=-1 ;; mov ar.unat=r3 ;; ld8.fill " k "=[r2] ;; mov ar.unat=r0")
	else if (k ~ /^r[0-9]+$/) emit("movl " k "=" v)
	else if (k ~ /^f[0-9]+$/) {
		if (v == "nat") v = "1fffe:0"
		i = index(v, ":")
		emit("movl r2=TMP ; movl r3=0x" substr(v, i + 1) " ;; st8 [r2]=r3,8 ; movl r3=0x" substr(v, 1, i - 1) " ;; st8 [r2]=r3,-8 ;; ldf.fill " k "=[r2]")
	} else if (k ~ /^m[0-9]+$/)
		emit("movl r2=DATA+8*" substr(k, 2) " ; movl r3=" v " ;; st8 [r2]=r3")
	else if (k ~ /^p[0-9]+$/) emit("cmp." (v + 0 ? "eq " : "ne ") k ",p0=r0,r0")
	else if (k ~ /^(b[0-7]|ar\..*|cr\..*)$/) emit("movl r2=" v " ;; mov " k "=r2")
	else die("cannot set " t)
}

function equal(v) { emit("movl r3=" v " ;; cmp.eq.and p7,p0=r2,r3") }

function check(t,  k, v, i) {
	i = index(t, "="); k = substr(t, 1, i - 1); v = substr(t, i + 1)
	if (i == 0) die("no = in " t)
	if (k == "trap") { emit("movl r2=TRAP ;; ld8 r2=[r2]"); equal(v); trapped = 1 }
	else if (k == "isr") { emit("movl r2=TRAP+8 ;; ld8 r2=[r2]"); equal(v) }
	else if (k == "iim") { emit("movl r2=TRAP+16 ;; ld8 r2=[r2]"); equal(v) }
	else if (k == "ifa") { emit("movl r2=TRAP+24 ;; ld8 r2=[r2]"); equal(v) }
	else if (k ~ /^r[0-9]+$/ && v == "nat") emit("tnat.nz.and p7,p0=" k)
	else if (k ~ /^r[0-9]+$/) { emit("movl r3=" v " ;; cmp.eq.and p7,p0=" k ",r3") }
	else if (k ~ /^f[0-9]+$/) {
		if (v == "nat") v = "1fffe:0"
		i = index(v, ":")
		emit("movl r3=TMP ;; stf.spill [r3]=" k " ;; ld8 r2=[r3]")
		equal("0x" substr(v, i + 1))
		emit("movl r3=TMP+8 ;; ld8 r2=[r3]")
		equal("0x" substr(v, 1, i - 1))
	} else if (k ~ /^m[0-9]+$/) { emit("movl r2=DATA+8*" substr(k, 2) " ;; ld8 r2=[r2]"); equal(v) }
	else if (k ~ /^p[0-9]+$/) { emit("mov r2=0 ;; \n(" k ")\tmov r2=1"); equal(v) }
	else if (k ~ /^(b[0-7]|ar\..*|cr\..*)$/) { emit("mov r2=" k); equal(v) }
	else die("cannot check " t)
}

# The instruction in a bundle of its own; the place says which slot it is in.
function bundle(unit, text) {
	if (unit == "I") return "{ .mii\n\tnop.m 0\n\t" text "\n\t;;\n\tnop.i 0\n\t;;\n}"
	if (unit == "F") return "{ .mmf\n\tnop.m 0\n\tnop.m 0\n\t" text "\n\t;;\n}"
	if (unit == "B") return "{ .mib\n\tnop.m 0\n\tnop.i 0\n\t" text "\n\t;;\n}"
	if (unit == "X") return "{ .mlx\n\tnop.m 0\n\t" text "\n\t;;\n}"
	return "{ .mmi\n\t" text "\n\t;;\n\tnop.m 0\n\tnop.i 0\n\t;;\n}"
}

function pause(imm) { print "\tsrlz.d\n\t;;\n{ .mmi\n\tbreak.m " imm "\n\tnop.m 0\n\tnop.i 0\n\t;;\n}" }

FNR == 1 { file++ }
file == 1 && /^INSN\(/ {
	split($0, part, /[(, ]+/)
	unit[part[2]] = part[4]
	noqp[part[2]] = /ISA_F_NOQP/
	name[++rows] = part[2]
}
file == 1 || /^#/ || /^[ \t]*$/ { next }
{
	n = split($0, f, "|")
	for (i = 1; i <= 9; i++) f[i] = i <= n ? trim(f[i]) : ""
	row = f[1]
	if (!(row in unit)) die("there is no row " row)
	done[row]++; cases++
	for (i = 2; i <= 9; i++) gsub(/@ROW@/, "row_" cases, f[i])
	idle = f[4] == "-"
	title[cases] = row (done[row] > 1 ? "_" done[row] : "")
	rowname[cases] = row; nothing[cases] = idle
	around = noqp[row] || f[3] ~ /^!/
	late[cases] = f[6] != ""
	print "case_" cases ":\t// " title[cases] "\n\tmovl r2=after_" cases " ;; mov ar.k1=r2\n\t;;"
	emit("mov r2=" (late[cases] ? "LATE" : around ? "AROUND" : 0) " ;; mov ar.k3=r2")
	m = split(f[2], token, /[ \t]+/)
	for (i = 1; i <= m; i++) set(token[i])
	emit(f[5])
	emit("movl r2=after_" cases " ; mov r3=0 ; cmp.eq p7,p0=r0,r0")
	pause("0x100")
	emit(f[6])
	sub(/^! */, "", f[3])
	if (around)
		print "(p5)\tbr.cond.sptk after_insn_" cases "\n\t;;"
	print "row_" cases ":\n" bundle(unit[row], (around ? "" : "(p6)\t") f[3])
	print "after_insn_" cases ":"
	emit(f[7])
	print "after_" cases ":"
	if (late[cases]) emit("ssm psr.i ;; srlz.d")
	pause("0x101")
	emit(f[8])
	print "\tcmp.eq p7,p0=r0,r0\n\tmov r8=0\n\t;;"
	trapped = 0
	m = idle ? 0 : split(f[4], token, /[ \t]+/)
	for (i = 1; i <= m; i++) check(token[i])
	if (!trapped) check("trap=0")
	print "(p7)\tmov r8=1\n\t;;"
	pause("0x102")
	emit(f[9])
}
END {
	if (bad) exit 1
	print "\t.section .rodata\n\t.balign 8\ntable:"
	for (i = 1; i <= cases; i++)
		print "\tdata8 case_" i ", name_" i ", " nothing[i] ", " (late[i] ? 0 : "after_insn_" i)
	print "\tdata8 0, 0, 0, 0"
	for (i = 1; i <= cases; i++) print "name_" i ": .asciz \"" i " - " title[i] "\""
	# a row that has no case is a failure with a number of its own
	for (i = 1; i <= rows; i++) if (!done[name[i]]) missing[++lacking] = name[i]
	printf "plan: .ascii \"1..%d\\n\"\n", cases + lacking
	for (i = 1; i <= lacking; i++)
		printf "\t.ascii \"not ok %d - %s: no case\\n\"\n", cases + i, missing[i]
	print "\tdata1 0"
	if (PLACES != "") for (i = 1; i <= cases; i++)
		print "row_" i, (unit[rowname[i]] == "I" ? 1 : unit[rowname[i]] ~ /[AM]/ ? 0 : 2), rowname[i] >PLACES
}
