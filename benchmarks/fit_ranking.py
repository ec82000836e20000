"""fit"""
from __future__ import annotations
import re, sys, json, hashlib, sqlite3, time, argparse, pickle
from collections import Counter, defaultdict
from pathlib import Path
import duckdb
import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from questions_dev import load_cases, catalog_of, connection_of, columns_of, is_same, _plain
from datamorph.core.table import snake_case
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.conditions import alternatives
CACHE=Path('/tmp/datamorph_question_catalogs')
def q(n): return '"'+n.replace('"','""')+'"'
def lit(v):
    if isinstance(v,str): return "'"+v.replace("'","''")+"'"
    return repr(v)
def sql(search, r):
    t=search.tables[r.table]; cols=t.columns
    def ex(s):
        if s.column<0: return 'count(*)'
        c=q(cols[s.column].leaf.column)
        return c if not s.function else f"{s.function}({'distinct ' if s.is_distinct else ''}{c})"
    def cond(h):
        col=cols[h.column]; c=q(col.leaf.column)
        if h.operator=='between': return f"{c} between {lit(h.values[0])} and {lit(h.high)}"
        if h.operator=='like': return f"{c} like {lit({'contains':'%{}%','startswith':'{}%','endswith':'%{}'}[h.kind].format(h.values[0]))}"
        if h.kind=='like': return f"{c} like {lit('%'+str(h.values[0])+'%')}"
        if col.is_time: return f"strftime('%Y',{c}) {h.operator} {lit(str(h.values[0]))}"
        if len(h.values)>1: return f"{c} {'not ' if h.operator=='<>' else ''}in ({','.join(map(lit,h.values))})"
        return f"{c} {h.operator} {lit(h.values[0])}"
    w=['('+' or '.join(map(cond,g))+')' for g in alternatives(search.question,r.hits)]
    s=r.shape
    out=f"select {'distinct ' if s.is_distinct else ''}{', '.join(map(ex,s.shown))} from {q(t.table.ref.name)}"
    if w: out+=" where "+" and ".join(w)
    if s.groups: out+=" group by "+", ".join(q(cols[g].leaf.column) for g in s.groups)
    if s.having: out+=" having "+" and ".join(f"{ex(a)} {o} {n}" for a,o,n in s.having)
    if s.orders: out+=" order by "+", ".join(f"{ex(a)} {'desc nulls last' if d else 'asc nulls first'}" for a,d in s.orders)
    if s.limit: out+=f" limit {s.limit}"
    return out
_lite={}
def lite(folder):
    if folder not in _lite:
        _lite.clear()
        con=sqlite3.connect(':memory:'); d=connection_of(folder)
        for f in sorted(folder.glob('*.parquet')):
            cur=d.execute(f"from read_parquet('{f}')"); names=[x[0] for x in cur.description]
            0 if not names else con.execute(f"create table {q(snake_case(f.stem))} ({','.join(q(n) for n in names)})")
            rows=[[ (v if v is None or isinstance(v,(int,float,str,bytes)) and not isinstance(v,bool) else int(v) if isinstance(v,bool) else float(v) if type(v).__name__=='Decimal' else str(v)) for v in row] for row in cur.fetchall()]
            con.executemany(f"insert into {q(snake_case(f.stem))} values ({','.join('?'*len(names))})",rows)
        _lite[folder]=con
    return _lite[folder]
def norm(rows):
    return [tuple(_plain(v) for v in r) for r in rows]
def label(con, text, gold, ordered, goldsql):
    steps=[0]
    def guard():
        steps[0]+=1
        return steps[0]>300
    con.set_progress_handler(guard,10000)
    try: cur=con.execute(text); rows=cur.fetchmany(20000)
    except sqlite3.Error as e: return None
    n=len(cur.description)
    if n!=len(gold) or len(rows)!=(len(gold[0]) if gold else 0): return False
    cols=[[_plain(r[i]) for r in rows] for i in range(n)]
    if ordered and ' order by ' in goldsql.lower():
        a=re.search(r'order by (.*)',goldsql,re.I)[1].lower().replace('nulls first','').replace('nulls last','').replace('asc','').replace('"','').split(); b=re.search(r'order by (.*)',text,re.I)
        return bool(b) and b[1].lower().replace('nulls first','').replace('nulls last','').replace('asc','').replace('"','').split()==a and is_same(gold,cols,ordered=False)
    return is_same(gold, cols, ordered=ordered)
def closed(db): return int(hashlib.sha256(db.encode()).hexdigest(),16)%3==0
def collect(pack, weights, most, cases, verbose=False):
    out=[]; t0=time.time(); slow=[]
    for c in cases:
        folder=pack/'data'/c.db; cat=catalog_of(folder,CACHE)
        gold=columns_of(connection_of(folder),c.gold)
        a=time.perf_counter()
        s=Search(c.question,cat.tables,weights); rs=s.readings(most)
        slow.append(time.perf_counter()-a)
        con=lite(folder); seen={}; labs=[]
        for r in rs:
            t=sql(s,r)
            if t not in seen: seen[t]=bool(label(con,t,gold,c.ordered,c.gold))
            labs.append(seen[t])
        out.append((c,[(r.features,l,sql(s,r)) for r,l in zip(rs,labs)]))
    slow.sort()
    print(f'collected {len(out)} in {time.time()-t0:.0f}s; oracle {sum(any(l for _,l,_ in rs) for _,rs in out)/len(out):.3f}; median {slow[len(slow)//2]*1000:.1f} ms p95 {slow[int(.95*len(slow))]*1000:.1f} max {slow[-1]*1000:.0f}; cands {np.mean([len(rs) for _,rs in out]):.0f}')
    return out
def matrix(data, names):
    idx={n:i for i,n in enumerate(names)}
    r,cx,v,starts,labs=[],[],[],[0],[]
    k=0
    for c,rs in data:
        for f,l,_ in rs:
            for n,x in f.items():
                if n in idx: r.append(k);cx.append(idx[n]);v.append(x)
            labs.append(l); k+=1
        starts.append(k)
    return csr_matrix((v,(r,cx)),shape=(k,len(names))), np.array(starts), np.array(labs,bool)
def seg(x, starts, op):
    return op.reduceat(x, starts[:-1])
def fit(data, names, l2, caseweight=None):
    data=[d for d in data if any(l for _,l,_ in d[1])]
    X,st,L=matrix(data,names); ids=np.repeat(np.arange(len(data)),np.diff(st))
    cw=np.ones(len(data)) if caseweight is None else np.array([caseweight(d[0]) for d in data])
    def f(w):
        s=X@w; m=seg(s,st,np.maximum); e=np.exp(s-m[ids]); Z=np.add.reduceat(e,st[:-1]); P=np.add.reduceat(e*L,st[:-1])
        ll=(cw*(np.log(P+1e-300)-np.log(Z))).sum()
        g=(e*L/P[ids]-e/Z[ids])*cw[ids]
        return -ll+l2*(w@w), -(X.T@g)+2*l2*w
    res=minimize(f,np.zeros(len(names)),jac=True,method='L-BFGS-B',options={'maxiter':120})
    return dict(zip(names,res.x))
def predict(data, w):
    res=[]
    for c,rs in data:
        if not rs: res.append((c,0,False,None,rs)); continue
        s=np.array([sum(w.get(n,0)*x for n,x in f.items()) for f,_,_ in rs]); p=np.exp(s-s.max()); p/=p.sum()
        by=defaultdict(float)
        for x,(_,l,t) in zip(p,rs): by[t]+=x
        i=int(np.argmax(s)); res.append((c,p[i],rs[i][1],i,rs))
    return res
def curve(res, target=.9):
    res=sorted(res,key=lambda r:-r[1]); n=len(res); acc=sum(r[2] for r in res)/n
    best=(0,0,1); ok=0
    for k,r in enumerate(res,1):
        ok+=r[2]
        if ok/k>=target: best=(k/n,ok/n,r[1])
    return acc,best
